from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from sunwi.domain.observation import LoadedPage, LoadedSurface
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.site import PageAddress, Site
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import TimeLimit
from sunwi.sites.naver import surface_reading
from sunwi.sites.naver.lists import paged_reading
from sunwi.sites.naver.lists.list_page import ListPage
from sunwi.sites.naver.lists.place_list import read_place_list
from sunwi.sites.naver.read_page import read_page
from sunwi.sites.naver.site import NAVER
from sunwi.testing import picture_of
from tests.examples import NIGHT
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state

KEY = PageKey(Surface.PLACE_LIST, Device.PC, "가상역 김밥")


@dataclass
class PagesInTurn:
    """A loader that serves bodies in turn, each at the address that is asked for.

    Attributes:
        undrawable: Numbers of the pages, from 1, that cannot be drawn.
        calls: What it was asked to do, in order.
        drawings: What it was to draw, in order.
        continuing: Whether each page was to go on from the last.
    """

    bodies: list[str]
    undrawable: set[int] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    continuing: list[bool] = field(default_factory=list)

    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        del site, address, fresh, limit

    def load(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        del fresh, limit
        assert site is NAVER
        url = address.url
        self.continuing.append(address.continues)
        self.calls.append("load")
        served = ServedPage(requested_url=url, final_url=url, status=200, html=self.bodies.pop(0))
        return LoadedPage(served=served, fetched_at=NIGHT, load_seconds=0.5)

    def draw(self, drawing: Drawing, *, limit: TimeLimit) -> PagePicture | None:
        del limit
        self.calls.append("draw")
        self.drawings.append(drawing)
        is_undrawable = self.calls.count("load") in self.undrawable
        return None if is_undrawable else picture_of([sought.card for sought in drawing.cards])

    def leave(self) -> None:
        self.calls.append("leave")


def place_list(start: int, rows: int) -> str:
    entries = [Listed(f"{1000000000 + number}") for number in range(start, start + rows)]
    state = place_list_state(KEY.keyword, entries, start=start, total=100)
    return place_list_page(KEY.keyword, entries, state=state)


def look_at(bodies: Sequence[str]) -> LoadedSurface:
    return ReadSurface(loader=PagesInTurn(list(bodies)))(KEY)


def test_pages_that_can_be_read_have_no_picture_unless_one_is_asked_for() -> None:
    look = look_at([place_list(1, 70), place_list(71, 30)])
    assert look.reading.verdict is PageVerdict.RECOGNISED
    assert len(look.reading.cards) == 100
    assert look.pictures == {}


def test_each_page_of_a_list_is_drawn_with_its_own_cards_before_the_next_one_is_opened() -> None:
    loader = PagesInTurn([place_list(1, 70), place_list(71, 30)])
    look = ReadSurface(loader=loader)(KEY, with_pictures=True)
    assert loader.calls == ["load", "draw", "leave"] * 2
    drawn = [[sought.card for sought in drawing.cards] for drawing in loader.drawings]
    assert drawn == [list(look.reading.cards[:70]), list(look.reading.cards[70:])]
    assert {number: len(picture.cards) for number, picture in look.pictures.items()} == {1: 70, 2: 30}
    assert loader.continuing == [False, True]


def test_a_page_that_cannot_be_drawn_is_read_and_no_later_page_is_tried() -> None:
    loader = PagesInTurn([place_list(1, 70), place_list(71, 30)], undrawable={1})
    look = ReadSurface(loader=loader)(KEY, with_pictures=True)
    assert len(look.reading.cards) == 100
    assert look.pictures == {}
    assert loader.calls == ["load", "draw", "leave", "load", "leave"]


def test_the_page_that_spoils_a_list_has_a_picture_of_the_whole_page() -> None:
    loader = PagesInTurn([place_list(1, 70), "<html><body>점검 중</body></html>"])
    look = ReadSurface(loader=loader)(KEY)
    assert look.reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert set(look.pictures) == {2}
    assert loader.drawings == [Drawing(is_whole=True)]


def test_a_page_on_which_a_reader_fails_is_drawn_whole_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_served: ServedPage, _key: PageKey, _start: int) -> ListPage:
        raise RuntimeError("crashed")

    monkeypatch.setattr(paged_reading, "read_place_list", crash)
    loader = PagesInTurn([place_list(1, 70)])
    assert set(ReadSurface(loader=loader)(KEY).pictures) == {1}
    assert loader.drawings == [Drawing(is_whole=True)]
    assert loader.calls == ["load", "draw", "leave"]


def test_every_page_of_a_list_is_parsed_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []

    def count(served: ServedPage, key: PageKey, start: int) -> ListPage:
        parsed.append(start)
        return read_place_list(served, key, start)

    monkeypatch.setattr(paged_reading, "read_place_list", count)
    look = look_at([place_list(1 + 20 * number, 20) for number in range(5)])
    assert parsed == [1, 21, 41, 61, 81]
    assert len(look.reading.cards) == 100


def test_an_integrated_page_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[ServedPage] = []

    def count(served: ServedPage, key: PageKey) -> PageReading:
        parsed.append(served)
        return read_page(served, key)

    monkeypatch.setattr(surface_reading, "read_page", count)
    look = ReadSurface(loader=PagesInTurn(["<html></html>"]))(PageKey(Surface.INTEGRATED, Device.PC, "김밥"))
    assert parsed == [look.pages[0].served]

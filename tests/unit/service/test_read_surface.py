from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.naver import paged_reading, surface_reading
from sunwi.naver.list_page import ListPage
from sunwi.naver.place_list import read_place_list
from sunwi.naver.read_page import read_page
from sunwi.service.read_surface import ReadSurface
from sunwi.service.reading_terms import TimeLimit
from tests.examples import NIGHT
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state

KEY = PageKey(Surface.PLACE_LIST, Device.PC, "가상역 김밥")


@dataclass
class PagesInTurn:
    """A loader that serves bodies in turn, each at the address that is asked for.

    Attributes:
        false_starts: Bodies, one a page, that it shows first and then cannot finish.
    """

    bodies: list[str]
    false_starts: list[str] = field(default_factory=list)

    def load(
        self, _key: PageKey, url: str, *, fresh: bool, wants_screenshot: Callable[[ServedPage], bool], limit: TimeLimit
    ) -> LoadedPage:
        del fresh, limit
        if self.false_starts:
            wants_screenshot(ServedPage(requested_url=url, final_url=url, status=200, html=self.false_starts.pop(0)))
        served = ServedPage(requested_url=url, final_url=url, status=200, html=self.bodies.pop(0))
        picture = b"picture" if wants_screenshot(served) else None
        return LoadedPage(served=served, fetched_at=NIGHT, load_seconds=0.5, screenshot=picture)


def place_list(start: int, rows: int) -> str:
    entries = [Listed(f"{1000000000 + number}") for number in range(start, start + rows)]
    state = place_list_state(KEY.keyword, entries, start=start, total=100)
    return place_list_page(KEY.keyword, entries, state=state)


def look_at(bodies: Sequence[str]) -> SurfaceLook:
    return ReadSurface(loader=PagesInTurn(list(bodies)))(KEY)


def test_later_pages_of_a_list_that_can_be_read_have_no_picture() -> None:
    look = look_at([place_list(1, 70), place_list(71, 30)])
    assert look.reading.verdict is PageVerdict.RECOGNISED
    assert len(look.reading.cards) == 100
    assert [page.screenshot for page in look.pages] == [None, None]


def test_the_page_that_spoils_a_list_has_a_picture() -> None:
    look = look_at([place_list(1, 70), "<html><body>점검 중</body></html>"])
    assert look.reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert [page.screenshot for page in look.pages] == [None, b"picture"]


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


def test_a_page_that_had_to_be_begun_anew_counts_as_it_was_loaded_in_the_end() -> None:
    loader = PagesInTurn([place_list(1, 70), place_list(71, 30)], false_starts=[place_list(1, 3), "<html>"])
    look = ReadSurface(loader=loader)(KEY)
    assert len(look.reading.cards) == 100
    assert [page.screenshot for page in look.pages] == [None, None]

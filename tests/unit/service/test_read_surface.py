from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.read_surface import ReadSurface
from tests.examples import NIGHT
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state

KEY = PageKey(Surface.PLACE_LIST, Device.PC, "가상역 김밥")


@dataclass
class PagesInTurn:
    """A loader that serves bodies in turn, each at the address that is asked for."""

    bodies: list[str]

    def load(
        self, _key: PageKey, url: str, *, fresh: bool, wants_screenshot: Callable[[ServedPage], bool]
    ) -> LoadedPage:
        del fresh
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

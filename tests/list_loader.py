"""Pages of a long place list, one after the other, as slow as a test wants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.reading import ServedPage
from sunwi.domain.site import PageAddress, Site
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageTimedOut
from sunwi.service.ports.reading_terms import TimeLimit
from sunwi.testing import ManualClock
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state

LIST = PageKey(Surface.PLACE_LIST, Device.PC, "가상역 김밥")
#: Rows of each page but the last, and of the whole list.
ROWS, TOTAL = 70, 300


@dataclass
class ListLoader:
    """Serves a place list of `TOTAL` rows; a load ends with its time limit, as a browser's does.

    Attributes:
        seconds: What each load takes.
        failures: What a page raises instead, by its number from 1.
        events: What to do before a page is served, by its number.
        loads: When each load began, in seconds of the clock.
    """

    clock: ManualClock
    seconds: float = 0
    failures: dict[int, Exception] = field(default_factory=dict)
    events: dict[int, Callable[[], None]] = field(default_factory=dict)
    loads: list[float] = field(default_factory=list)

    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        del site, address, fresh, limit

    def load(self, _site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        """Serve the page that begins where the address says."""
        del fresh
        url = address.url
        self.loads.append(self.clock.monotonic())
        number = (start_of(url) - 1) // ROWS + 1
        if number in self.events:
            self.events[number]()
        if number in self.failures:
            raise self.failures[number]
        if self.seconds > limit.left_seconds():
            self.clock.advance(seconds=limit.left_seconds())
            raise PageTimedOut(f"{url} could not be opened: Timeout")
        self.clock.advance(seconds=self.seconds)
        served = ServedPage(requested_url=url, final_url=url, status=200, html=list_page(number))
        return LoadedPage(served=served, fetched_at=self.clock.now(), load_seconds=self.seconds)

    def draw(self, _drawing: Drawing, *, limit: TimeLimit) -> PagePicture | None:
        """Draw nothing: no page of it can be drawn."""
        del limit
        return None

    def leave(self) -> None:
        """Leave a page that nothing has to be done for."""


def start_of(url: str) -> int:
    """Read the first row off an address."""
    return int(url.partition("&start=")[2].partition("&")[0])


def list_page(number: int) -> str:
    """Write one page of the list."""
    first = 1 + ROWS * (number - 1)
    entries: Sequence[Listed] = [Listed(f"{1000000000 + row}") for row in range(first, min(first + ROWS, TOTAL + 1))]
    state = place_list_state(LIST.keyword, entries, start=first, total=TOTAL)
    return place_list_page(LIST.keyword, entries, state=state)

"""A page is asked for as soon as its turn comes: whatever is slow is done before."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from sunwi.domain.observation import LoadedPage
from sunwi.domain.pace import Turn
from sunwi.domain.site import PageAddress, Site
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageUnreachable
from sunwi.service.pages.keep_pace import Unpaced
from sunwi.service.pages.open_page import OpenPage
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import ReadingTerms, TimeLimit
from sunwi.sites.naver.pages import page_address
from sunwi.testing import CannedPageLoader, ManualClock
from tests.examples import NIGHT, served_page

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
LAUNCH, LOAD = timedelta(seconds=3), timedelta(seconds=1)


@dataclass
class SlowLoader(CannedPageLoader):
    """Launches a browser before the first page, and takes its time for each.

    Attributes:
        calls: What was done, in order, with what happened at the pace's.
        is_broken: The browser does not start.
    """

    calls: list[str] = field(default_factory=list)
    is_broken: bool = False

    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        self.calls.append(f"prepare{' fresh' if fresh else ''}")
        super().prepare(site, address, fresh=fresh, limit=limit)
        if self.is_broken:
            raise PageUnreachable("the browser did not start")
        self.clock.advance(seconds=LAUNCH.total_seconds())

    def load(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        self.calls.append(f"load{' fresh' if fresh else ''}")
        self.clock.advance(seconds=LOAD.total_seconds())
        return super().load(site, address, fresh=fresh, limit=limit)


@dataclass
class RecordedPace(Unpaced):
    """Records when turns were waited for, and when loads ended."""

    clock: ManualClock
    calls: list[str]
    turns: list[datetime] = field(default_factory=list)

    def wait_turn(self, site: str, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        del site, limit, turn
        self.calls.append("turn")
        self.turns.append(self.clock.now())

    def record_load(self, site: str, at: datetime | None = None) -> None:
        del site, at
        self.calls.append("record")


@pytest.fixture
def loader() -> SlowLoader:
    return SlowLoader(ManualClock(NIGHT), lambda _: served_page())


@pytest.fixture
def pace(loader: SlowLoader) -> RecordedPace:
    return RecordedPace(loader.clock, loader.calls)


def test_the_browser_is_launched_before_the_turn_and_the_page_is_asked_for_at_it(
    loader: SlowLoader, pace: RecordedPace
) -> None:
    page = OpenPage(loader=loader, pace=pace)(page_address(KEY), terms=ReadingTerms())
    assert loader.calls == ["prepare", "turn", "load", "record"]
    assert pace.turns == [NIGHT + LAUNCH]
    assert page.fetched_at == NIGHT + LAUNCH + LOAD


def test_a_fresh_page_is_readied_as_one(loader: SlowLoader, pace: RecordedPace) -> None:
    ReadSurface(loader=loader, pace=pace)(KEY, fresh=True)
    assert loader.calls == ["prepare fresh", "turn", "load fresh", "record"]
    assert loader.prepared == loader.loads == [KEY]


def test_a_browser_that_does_not_start_takes_no_turn(loader: SlowLoader, pace: RecordedPace) -> None:
    loader.is_broken = True
    with pytest.raises(PageUnreachable, match="did not start"):
        OpenPage(loader=loader, pace=pace)(page_address(KEY), terms=ReadingTerms())
    assert loader.calls == ["prepare"]

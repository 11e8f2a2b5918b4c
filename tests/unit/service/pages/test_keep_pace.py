from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.adapters.browser.process_pace import ProcessSitePace
from sunwi.domain.pace import NoTurn, PaceRule, PaceState, Turn
from sunwi.errors import PageTimedOut, StoreUnavailable
from sunwi.service.pages.keep_pace import KeepPace, Unpaced, longest_wait
from sunwi.service.ports.pace import SitePace
from sunwi.service.ports.reading_terms import UNLIMITED, TimeLimit
from sunwi.testing import ManualClock
from tests.examples import NIGHT

SITE = "naver"
#: What adding seconds to an instant may lose.
GRAIN = timedelta(microseconds=2)


@dataclass
class Process:
    """A process that loads pages, at a clock which only sleeping and loading moves."""

    delay: float
    sites: SitePace = field(default_factory=ProcessSitePace)
    seed: int = 0
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = KeepPace(
            open_sites=lambda: nullcontext(self.sites),
            clock=self.clock,
            rule=PaceRule(timedelta(seconds=self.delay)),
            random=Random(self.seed),
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds=seconds)

    def limit(self, seconds: float) -> TimeLimit:
        return TimeLimit.after(seconds, self.clock)


def test_the_first_page_waits_for_nothing() -> None:
    process = Process(2)
    process.pace.wait_turn(SITE, limit=UNLIMITED)
    assert process.slept == []


@given(delay=st.floats(0, 30), load=st.floats(0, 60), idle=st.floats(0, 60), seed=st.integers(0, 99))
def test_the_pause_counts_from_the_end_of_the_last_load(delay: float, load: float, idle: float, seed: int) -> None:
    process = Process(delay, seed=seed)
    process.pace.wait_turn(SITE, limit=UNLIMITED)
    process.clock.advance(seconds=load)
    process.pace.record_load(SITE)
    loaded = process.clock.now()
    process.clock.advance(seconds=idle)
    process.pace.wait_turn(SITE, limit=UNLIMITED)
    between = process.clock.now() - loaded
    assert between >= timedelta(seconds=0.75 * delay) - GRAIN
    assert between <= timedelta(seconds=max(idle, 1.25 * delay)) + GRAIN


def test_a_picture_is_drawn_within_the_pause_that_follows_its_page() -> None:
    process = Process(4)
    process.pace.wait_turn(SITE, limit=UNLIMITED)
    arrived = process.clock.now()
    process.clock.advance(seconds=2.5)
    process.pace.record_load(SITE, arrived)
    process.pace.wait_turn(SITE, limit=UNLIMITED)
    assert timedelta(seconds=3) <= process.clock.now() - arrived <= timedelta(seconds=5)


def test_a_turn_that_was_reserved_before_is_waited_for_and_no_other_one_taken() -> None:
    process = Process(2)
    turn = process.pace.reserve(SITE)
    assert turn == Turn(NIGHT)
    second = process.pace.reserve(SITE)
    assert isinstance(second, Turn)
    process.pace.wait_turn(SITE, limit=UNLIMITED, turn=second)
    assert process.clock.now() == second.starts_at


def test_a_turn_is_reserved_within_the_transaction_that_it_is_given() -> None:
    process, theirs = Process(2, sites=AwaySites()), ProcessSitePace()
    assert process.pace.reserve(SITE, within=theirs) == Turn(NIGHT)
    assert theirs.reserve(SITE, at=NIGHT, pause=timedelta(), max_wait=timedelta()) != Turn(NIGHT)


def test_each_site_has_a_pace_of_its_own() -> None:
    process = Process(10)
    assert process.pace.reserve(SITE) == process.pace.reserve("elsewhere") == Turn(NIGHT)
    assert isinstance(process.pace.reserve(SITE, max_wait=timedelta(seconds=5)), NoTurn)
    process.pace.record_load("elsewhere", NIGHT + timedelta(minutes=1))
    assert isinstance(process.pace.reserve("elsewhere", max_wait=timedelta(minutes=1)), NoTurn)
    assert isinstance(process.pace.reserve(SITE, max_wait=timedelta(minutes=1)), Turn)


@pytest.mark.parametrize(("left", "is_granted"), [(10, False), (15, True)])
def test_a_turn_is_refused_that_leaves_no_time_for_its_page(left: float, *, is_granted: bool) -> None:
    process = Process(10, sites=ProcessSitePace())
    process.sites.hold_until(SITE, NIGHT + timedelta(seconds=10))
    found = process.pace.reserve(SITE, max_wait=longest_wait(process.limit(left)))
    at = NIGHT + timedelta(seconds=10)
    assert found == (Turn(at) if is_granted else NoTurn(at))


def test_a_turn_that_is_refused_is_left_to_others() -> None:
    process = Process(10)
    process.sites.hold_until(SITE, NIGHT + timedelta(seconds=10))
    with pytest.raises(PageTimedOut, match=r"may be loaded in 10\.0 s, and 8\.0 s are left"):
        process.pace.wait_turn(SITE, limit=process.limit(8))
    assert process.slept == []
    assert process.pace.reserve(SITE) == Turn(NIGHT + timedelta(seconds=10))


@dataclass
class AwaySites:
    """A pace whose database is away."""

    def reserve(self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None) -> Turn | NoTurn:
        raise StoreUnavailable(f"{site} {at} {pause} {max_wait}")

    def reserve_for_job(
        self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None
    ) -> Turn | NoTurn:
        return self.reserve(site, at=at, pause=pause, max_wait=max_wait)

    def get(self, site: str) -> PaceState:
        raise StoreUnavailable(site)

    def hold_until(self, site: str, until: datetime) -> None:
        raise StoreUnavailable(f"{site} {until}")


def test_without_its_database_no_page_is_begun_and_none_that_was_loaded_is_lost() -> None:
    process = Process(2, sites=AwaySites())
    with pytest.raises(StoreUnavailable):
        process.pace.wait_turn(SITE, limit=UNLIMITED)
    process.pace.record_load(SITE)
    assert process.slept == []


def test_without_a_pause_nobody_is_asked() -> None:
    pace = Unpaced()
    assert pace.reserve(SITE, within=AwaySites()) is None
    pace.wait_turn(SITE, limit=UNLIMITED)
    pace.record_load(SITE)

"""A job waits for its turn behind the daily run, and no longer than it has time."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from sunwi.domain.pace import NoTurn, PaceRule, PaceState, Turn
from sunwi.errors import PageTimedOut
from sunwi.service.pages.keep_job_pace import KeepJobPace
from sunwi.service.ports.reading_terms import UNLIMITED, TimeLimit
from sunwi.testing import ManualClock
from tests.examples import NIGHT

SITE = "naver"


@dataclass
class BusySite:
    """A site whose turn for jobs comes at a time."""

    free_at: datetime
    asked: list[datetime] = field(default_factory=list)

    def reserve(self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None) -> Turn | NoTurn:
        raise AssertionError(f"a job took a turn of the run's: {site} {at} {pause} {max_wait}")

    def reserve_for_job(
        self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None
    ) -> Turn | NoTurn:
        del site, pause, max_wait
        self.asked.append(at)
        return Turn(at + timedelta(seconds=1)) if at >= self.free_at else NoTurn(self.free_at)

    def get(self, site: str) -> PaceState:
        raise AssertionError(site)

    def hold_until(self, site: str, until: datetime) -> None:
        raise AssertionError(f"{site} {until}")


@dataclass
class Job:
    """A job that loads pages, at a clock which only sleeping moves."""

    site: BusySite
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))

    @property
    def pace(self) -> KeepJobPace:
        return KeepJobPace(
            open_sites=lambda: nullcontext(self.site),
            clock=self.clock,
            rule=PaceRule(timedelta(seconds=2)),
            random=Random(0),
            sleep=lambda seconds: self.clock.advance(seconds=seconds),
        )


def test_a_turn_that_others_have_first_is_asked_for_again_when_it_may_have_come() -> None:
    job = Job(BusySite(NIGHT + timedelta(seconds=12)))
    job.pace.wait_turn(SITE, limit=UNLIMITED)
    assert job.site.asked == [NIGHT, NIGHT + timedelta(seconds=12)]
    assert job.clock.now() == NIGHT + timedelta(seconds=13)


def test_a_turn_that_was_reserved_before_is_waited_for_and_no_other_taken() -> None:
    job = Job(BusySite(NIGHT))
    job.pace.wait_turn(SITE, limit=UNLIMITED, turn=Turn(NIGHT + timedelta(seconds=5)))
    assert (job.site.asked, job.clock.now()) == ([], NIGHT + timedelta(seconds=5))


def test_a_turn_that_comes_too_late_for_a_page_ends_the_wait_at_once() -> None:
    job = Job(BusySite(NIGHT + timedelta(hours=1)))
    with pytest.raises(PageTimedOut, match=r"by a job in 3600\.0 s, and 60\.0 s are left"):
        job.pace.wait_turn(SITE, limit=TimeLimit.after(60, job.clock))
    assert job.clock.now() == NIGHT


def test_a_turn_that_never_comes_is_not_waited_for_beyond_the_limit() -> None:
    job = Job(BusySite(NIGHT + timedelta(seconds=1)))
    site = job.site

    class Receding(BusySite):
        """A site whose turn moves on as others take it."""

        def reserve_for_job(
            self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None
        ) -> Turn | NoTurn:
            self.free_at = at + timedelta(seconds=1)
            return super().reserve_for_job(site, at=at, pause=pause, max_wait=max_wait)

    job.site = Receding(site.free_at)
    with pytest.raises(PageTimedOut):
        job.pace.wait_turn(SITE, limit=TimeLimit.after(60, job.clock))
    assert job.clock.now() <= NIGHT + timedelta(seconds=60)

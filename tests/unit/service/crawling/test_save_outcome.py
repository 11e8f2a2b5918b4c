from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunwi.adapters.sql.store import SqlTransaction
from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.run import RunKind
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow
from sunwi.service.crawling.save_outcome import Measured, save_outcome
from sunwi.service.ports.outside import Transaction
from tests.examples import DAY, NIGHT, new_reading, new_run, place_tracking, recognised
from tests.night import Night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

NOT_EXPOSED = NotExposed(depth=30, block_absent=False)
ON_ONE_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


def exposed(rank: int = 1) -> Exposed:
    return Exposed(rank=rank, area="nmb_rnk", page_rank=rank, areas=("nmb_rnk",), depth=30)


@dataclass
class Days:
    """One tracking, looked at whenever a test wants, in one transaction that is rolled back."""

    tx: Transaction
    runs: int = 0

    def look(self, at: "datetime", outcome: Exposed | NotExposed, kind: RunKind = RunKind.SCHEDULED) -> Measured:
        self.runs += 1
        run_id = f"run-{self.runs}"
        self.tx.runs.add(new_run(run_id, kind, at), [1])
        task = self.tx.tasks.lock(run_id, 1, message_id="m1")
        assert task is not None
        reading = self.tx.readings.add(new_reading(run_id, recognised(), fetched_at=at))
        return save_outcome(self.tx, task, reading, outcome, at=at)

    @property
    def rows(self) -> list[LedgerRow]:
        return list(self.tx.ledger.history(1))

    @property
    def current_session(self) -> int:
        return self.tx.trackings.lock(1).current_session


@contextmanager
def days_of(night: Night, *, sold: int = 25) -> "Iterator[Days]":
    # What is not committed is rolled back when the connection is closed.
    with night.sql.engine.connect() as connection:
        tx = SqlTransaction(connection)
        tx.trackings.add([replace(place_tracking(), session_days=sold)], at=NIGHT)
        yield Days(tx)


@ON_ONE_FILE
@given(shown=st.lists(st.booleans(), min_size=40, max_size=65), sold=st.sampled_from([25, 1, 10, 30]))
def test_a_day_belongs_to_the_session_after_the_completed_groups_of_what_is_sold(
    night: Night, shown: list[bool], sold: int
) -> None:
    with days_of(night, sold=sold) as days:
        for number, is_shown in enumerate(shown):
            days.look(NIGHT + timedelta(days=number), exposed() if is_shown else NOT_EXPOSED)
        before = 0
        for row, is_shown in zip(days.rows, shown, strict=True):
            assert row.session_number == 1 + before // sold
            assert row.is_exposed is is_shown
            before += is_shown
        assert days.current_session == 1 + before // sold


@dataclass(frozen=True)
class Look:
    """A look on day `day`; rank None means not exposed."""

    day: int
    kind: RunKind
    rank: int | None


@ON_ONE_FILE
@given(
    st.lists(
        st.builds(
            Look,
            day=st.integers(0, 3),
            kind=st.sampled_from(RunKind),
            rank=st.none() | st.integers(1, 5),
        ),
        max_size=25,
    )
)
def test_looks_of_a_day_follow_the_same_day_rule(night: Night, looks: list[Look]) -> None:
    ranks: dict[int, int | None] = {}
    counts: dict[int, int] = {}
    with days_of(night) as days:
        for number, look in enumerate(sorted(looks, key=lambda look: look.day)):
            at = NIGHT + timedelta(days=look.day, minutes=number)
            days.look(at, NOT_EXPOSED if look.rank is None else exposed(look.rank), look.kind)
            counts[look.day] = counts.get(look.day, 0) + 1
            may_replace = look.kind is RunKind.SCHEDULED and ranks.get(look.day) is None and look.rank is not None
            if look.day not in ranks or may_replace:
                ranks[look.day] = look.rank
        assert {row.date: (row.rank, row.looks) for row in days.rows} == {
            DAY + timedelta(days=day): (ranks[day], counts[day]) for day in ranks
        }


def test_the_25th_exposed_day_closes_the_session_and_the_26th_opens_the_next(night: Night) -> None:
    with days_of(night) as days:
        measured = [days.look(NIGHT + timedelta(days=number), exposed()) for number in range(26)]
        assert [found.session_number for found in measured] == [1] * 25 + [2]
        assert days.current_session == 2


@pytest.mark.parametrize("kind", [RunKind.MANUAL, RunKind.ON_DEMAND])
def test_a_look_on_demand_fills_an_empty_day_and_counts(night: Night, kind: RunKind) -> None:
    with days_of(night) as days:
        days.look(NIGHT, exposed(3), kind)
        assert [(row.rank, row.session_number, row.looks) for row in days.rows] == [(3, 1, 1)]


@pytest.mark.parametrize("kind", [RunKind.MANUAL, RunKind.ON_DEMAND])
@pytest.mark.parametrize("first", [NOT_EXPOSED, exposed(5)])
def test_a_look_on_demand_never_changes_a_day_and_is_counted(
    night: Night, kind: RunKind, first: Exposed | NotExposed
) -> None:
    with days_of(night) as days:
        days.look(NIGHT, first)
        (before,) = days.rows
        measured = days.look(NIGHT + timedelta(hours=5), exposed(1), kind)
        (after,) = days.rows
        assert measured.rank == 1
        assert (after.rank, after.observation_id, after.looks) == (before.rank, before.observation_id, 2)


def test_the_scheduled_run_replaces_a_day_that_a_look_on_demand_found_not_exposed(night: Night) -> None:
    with days_of(night) as days:
        days.look(NIGHT - timedelta(minutes=30), NOT_EXPOSED, RunKind.ON_DEMAND)
        days.look(NIGHT, exposed(4))
        assert [(row.rank, row.looks, row.depth) for row in days.rows] == [(4, 2, 30)]


def test_the_replacement_that_is_the_25th_exposed_day_closes_the_session(night: Night) -> None:
    with days_of(night) as days:
        for number in range(24):
            days.look(NIGHT + timedelta(days=number), exposed())
        last = NIGHT + timedelta(days=24)
        days.look(last, NOT_EXPOSED, RunKind.ON_DEMAND)
        assert days.current_session == 1
        days.look(last + timedelta(minutes=1), exposed())
        assert days.current_session == 2
        assert days.rows[-1].session_number == 1


def test_a_lower_rank_of_the_same_night_does_not_replace_a_higher_one(night: Night) -> None:
    with days_of(night) as days:
        days.look(NIGHT, exposed(2))
        days.look(NIGHT + timedelta(minutes=1), exposed(9))
        days.look(NIGHT + timedelta(minutes=2), exposed(1))
        assert [(row.rank, row.looks) for row in days.rows] == [(2, 3)]


def test_looking_twice_into_one_reading_is_one_look(night: Night) -> None:
    with days_of(night) as days:
        days.tx.runs.add(new_run(), [1])
        reading = days.tx.readings.add(new_reading(new_run().id, recognised()))
        for _ in range(2):
            task = days.tx.tasks.lock(new_run().id, 1, message_id="m1")
            assert task is not None
            assert save_outcome(days.tx, task, reading, exposed(), at=NIGHT).session_number == 1
        assert [row.looks for row in days.rows] == [1]


def test_the_date_is_the_korean_date_of_the_fetch(night: Night) -> None:
    before_midnight = NIGHT.replace(hour=14, minute=59, second=59)
    with days_of(night) as days:
        days.look(before_midnight, exposed())
        days.look(before_midnight + timedelta(seconds=1), exposed())
        assert [row.date for row in days.rows] == [DAY - timedelta(days=1), DAY]
        assert business_date(before_midnight) == DAY - timedelta(days=1)

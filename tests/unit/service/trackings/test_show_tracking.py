from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.trackings.show_tracking import SessionHistory, ShowTracking
from sunwi.testing import ManualClock
from tests.examples import DAY, NIGHT, new_run, place_tracking
from tests.unit.cli.ledger_days import write_day

TEN_DAYS_ON = NIGHT + timedelta(days=10)


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    store = SqlStore(sqlite_engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    return store


def sessions(store: SqlStore, *, at: datetime = TEN_DAYS_ON) -> list[SessionHistory]:
    return list(ShowTracking(store=store, clock=ManualClock(at)).show(SYSTEM, 1).sessions)


def day(offset: int) -> date:
    return DAY + timedelta(days=offset)


def test_an_unknown_tracking_is_refused(store: SqlStore) -> None:
    with pytest.raises(InvalidInput, match="there is no tracking 7"):
        ShowTracking(store=store, clock=ManualClock(NIGHT)).show(SYSTEM, 7)


def test_exposed_not_exposed_and_not_measured_days_stand_apart(store: SqlStore) -> None:
    write_day(store, 1, day(0), 3)
    write_day(store, 1, day(1), None)
    write_day(store, 1, day(3), 5)
    [session] = sessions(store, at=NIGHT + timedelta(days=3, hours=2))
    assert [(row.date, row.rank) for row in session.exposed] == [(day(0), 3), (day(3), 5)]
    assert [row.date for row in session.not_exposed] == [day(1)]
    assert [(missed.date, missed.failure) for missed in session.not_measured] == [(day(2), None)]


def test_today_is_not_missed_before_anyone_looked(store: SqlStore) -> None:
    [session] = sessions(store, at=NIGHT)
    assert not session.not_measured


def test_today_is_missed_once_a_run_failed(store: SqlStore) -> None:
    run = new_run()
    with store.begin() as tx:
        tx.runs.add(run, [1])
        task = tx.tasks.lock(run.id, 1, message_id="m")
        assert task is not None
        failure = Failure(FailureCause.TIMEOUT, "PageTimedOut: timed out")
        tx.tasks.set_state(task, TaskState.FAILED, decided_at=NIGHT, failure=failure)
    [session] = sessions(store, at=NIGHT)
    assert [(missed.date, missed.failure) for missed in session.not_measured] == [(DAY, failure)]


def test_days_after_a_tracking_ended_are_nobodys_miss(store: SqlStore) -> None:
    write_day(store, 1, day(0), 3)
    with store.begin() as tx:
        tx.trackings.set_status(1, TrackingStatus.ENDED)
    [session] = sessions(store)
    assert not session.not_measured


def test_a_missed_day_between_two_sessions_belongs_to_the_next_one(store: SqlStore) -> None:
    for offset in range(25):
        write_day(store, 1, day(offset), 1)
    write_day(store, 1, day(26), 2, session=2)
    with store.begin() as tx:
        tx.trackings.set_session(1, 2)
    first, second = sessions(store, at=datetime(2026, 1, 28, tzinfo=UTC))
    assert (len(first.exposed), first.is_closed, first.is_short, list(first.not_measured)) == (25, True, False, [])
    assert [missed.date for missed in second.not_measured] == [day(25)]
    assert not second.is_closed


def test_a_closed_session_that_lost_a_day_is_short(store: SqlStore) -> None:
    write_day(store, 1, day(0), 1)
    with store.begin() as tx:
        tx.trackings.set_session(1, 2)
    assert [session.is_short for session in sessions(store)] == [True, False]


def test_no_day_is_lost_or_told_twice(store: SqlStore) -> None:
    for offset, rank in [(0, 1), (2, None), (3, 4), (7, 2)]:
        write_day(store, 1, day(offset), rank, session=1 if offset < 3 else 2)
    with store.begin() as tx:
        tx.trackings.set_session(1, 3)
    told: list[date] = []
    for session in sessions(store):
        told += [row.date for row in [*session.exposed, *session.not_exposed]]
        told += [missed.date for missed in session.not_measured]
    assert sorted(told) == [day(offset) for offset in range(10)]

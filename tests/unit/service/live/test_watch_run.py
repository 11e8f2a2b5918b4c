"""A run that is watched is counted every two seconds at most, by whoever comes first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.run_progress import PROGRESS_KEPT
from sunwi.errors import InvalidInput
from sunwi.service.live.watch_run import WatchRun
from tests.examples import NIGHT, new_run, place_tracking

RUN = new_run().id
TWO_SECONDS = timedelta(seconds=2)


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    """A run of three tasks."""
    store = SqlStore(sqlite_engine)
    with store.begin() as tx:
        ids = tx.trackings.add([place_tracking(number) for number in (1, 2, 3)], at=NIGHT)
        tx.runs.add(new_run(), [each for each in ids if each is not None])
    return store


@pytest.fixture
def counts(sqlite_engine: Engine) -> Iterator[list[str]]:
    """Statements that count tasks, as they are sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM run LEFT OUTER JOIN task" in statement:
            sent.append(statement)

    event.listen(sqlite_engine, "before_cursor_execute", note)
    yield sent
    event.remove(sqlite_engine, "before_cursor_execute", note)


def measure(store: SqlStore, tracking_id: int) -> None:
    with store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE task SET state = 'SUCCEEDED' WHERE tracking_id = ?", (tracking_id,))


def test_a_hundred_watchers_count_as_often_as_one(store: SqlStore, counts: list[str]) -> None:
    environments = [WatchRun(store) for _ in range(20)]
    for second in range(0, 10, 2):
        for number in range(100):
            environments[number % 20].show(RUN, at=NIGHT + timedelta(seconds=second, milliseconds=number))
    assert len(counts) == 5


def test_the_version_grows_only_when_something_has_changed(store: SqlStore) -> None:
    watch = WatchRun(store)
    first = watch.show(RUN, at=NIGHT)
    assert (first.version, first.states) == (1, {TaskState.QUEUED: 3})
    assert watch.show(RUN, at=NIGHT + TWO_SECONDS).version == 1
    measure(store, 1)
    assert watch.show(RUN, at=NIGHT + TWO_SECONDS).version == 1
    later = watch.show(RUN, at=NIGHT + 2 * TWO_SECONDS)
    assert (later.version, later.states) == (2, {TaskState.QUEUED: 2, TaskState.SUCCEEDED: 1})
    assert WatchRun(store).show(RUN, at=NIGHT + 2 * TWO_SECONDS) == later


def test_a_count_that_somebody_else_has_claimed_is_shown_as_it_was(store: SqlStore, counts: list[str]) -> None:
    WatchRun(store).show(RUN, at=NIGHT)
    with store.read() as tx:
        stored = tx.run_progresses.get(RUN)
    assert stored is not None
    with store.begin() as tx:
        assert tx.run_progresses.claim(stored, at=NIGHT + TWO_SECONDS)
        assert not tx.run_progresses.claim(stored, at=NIGHT + TWO_SECONDS)
    counts.clear()
    assert WatchRun(store).show(RUN, at=NIGHT + TWO_SECONDS).version == 1
    assert counts == []


def test_a_closed_run_is_counted_no_more(store: SqlStore, counts: list[str]) -> None:
    watch = WatchRun(store)
    with store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE run SET status = 'CLOSED'")
    assert watch.show(RUN, at=NIGHT).status is RunStatus.CLOSED
    for number in range(1, 5):
        WatchRun(store).show(RUN, at=NIGHT + timedelta(minutes=number))
    assert len(counts) == 1


def test_a_run_that_is_not_there_is_none(store: SqlStore) -> None:
    with pytest.raises(InvalidInput) as raised:
        WatchRun(store).show("scheduled-20990101", at=NIGHT)
    assert raised.value.code == "run_unknown"


def test_what_nobody_has_watched_for_a_day_is_forgotten(store: SqlStore) -> None:
    WatchRun(store).show(RUN, at=NIGHT)
    with store.begin() as tx:
        assert tx.run_progresses.delete_old(NIGHT, 10) == 0
        assert tx.run_progresses.delete_old(NIGHT + PROGRESS_KEPT, 10) == 1

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.tracking import NewTracking, Surface, TrackingStatus
from tests.examples import HOUR, NIGHT, blog_tracking, new_run, place_tracking

RUN = "scheduled-20260102"


def add_trackings(store: SqlStore, *trackings: NewTracking) -> None:
    with store.begin() as tx:
        tx.trackings.add(trackings, at=NIGHT)


def test_a_run_is_stored_with_a_task_for_each_active_tracking(store: SqlStore) -> None:
    add_trackings(store, *(place_tracking(number) for number in range(4)))
    with store.begin() as tx:
        tx.trackings.set_status(2, TrackingStatus.PAUSED)
        tx.trackings.set_status(3, TrackingStatus.ENDED)
        added = tx.runs.add(new_run(), None)
    assert added.expected == 2
    with store.read() as tx:
        assert tx.runs.get(RUN) == added
        assert tx.tasks.count_states(RUN) == {TaskState.QUEUED: 2}
    assert added.started_at == NIGHT
    assert added.deadline.utcoffset() == timedelta(0)


def test_adding_a_run_again_changes_nothing_though_trackings_have_come(store: SqlStore) -> None:
    add_trackings(store, place_tracking(1))
    with store.begin() as tx:
        first = tx.runs.add(new_run(), None)
    add_trackings(store, place_tracking(2))
    with store.begin() as tx:
        again = tx.runs.add(new_run(at=NIGHT + timedelta(minutes=5)), None)
    assert again == first
    with store.read() as tx:
        assert tx.tasks.count_states(RUN) == {TaskState.QUEUED: 1}


def test_a_run_may_hold_no_task(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.runs.add(new_run(), None).expected == 0
        assert tx.tasks.lock_unsent(RUN, 10) == {}
        assert tx.runs.count_pages(RUN) == 0
        assert tx.runs.count_page_loads(RUN) == 0


def test_named_trackings_are_taken_once_if_they_are_active(store: SqlStore) -> None:
    add_trackings(store, *(place_tracking(number) for number in range(3)))
    with store.begin() as tx:
        tx.trackings.set_status(2, TrackingStatus.PAUSED)
        tx.trackings.set_status(3, TrackingStatus.ENDED)
        run = tx.runs.add(new_run("on-demand-1", RunKind.ON_DEMAND), [3, 2, 1, 2, 99])
    assert run.expected == 1
    with store.begin() as tx:
        assert list(tx.tasks.lock_unsent("on-demand-1", 10)) == [1]
        assert tx.tasks.tracking_ids("on-demand-1") == {1}


def test_tasks_stand_in_an_order_that_keeps_a_pages_trackings_together(store: SqlStore) -> None:
    add_trackings(
        store, *(place_tracking(number, f"말 {number % 3}") for number in range(9)), blog_tracking("a/1", "말 1")
    )
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        ids = list(tx.tasks.lock_unsent(RUN, 100))
        words = [tracking.keyword for tracking in (tx.trackings.lock(tracking_id) for tracking_id in ids)]
    assert words == sorted(words)
    assert sorted(ids) == list(range(1, 11))


def test_10000_tasks_cost_a_constant_number_of_statements(store: SqlStore, engine: Engine) -> None:
    add_trackings(store, *(place_tracking(number) for number in range(10_001)))
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with store.begin() as tx:
        assert tx.runs.add(new_run(), None).expected == 10_001
    assert len(statements) <= 5
    statements.clear()
    with store.begin() as tx:
        run = tx.runs.add(new_run("on-demand-1", RunKind.ON_DEMAND), range(1, 10_002))
        assert run.expected == 10_001
        order = list(tx.tasks.lock_unsent("on-demand-1", 20_000))
    assert len(set(order)) == 10_001
    assert len(statements) <= 7


def test_a_dispatched_run_is_running_and_its_generation_known(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        tx.runs.set_dispatched(RUN, 3)
        run = tx.runs.lock(RUN)
    assert run is not None
    assert (run.status, run.generation) == (RunStatus.RUNNING, 3)


def test_a_run_with_unsent_tasks_is_watched_and_still_dispatching(store: SqlStore) -> None:
    add_trackings(store, place_tracking(1), place_tracking(2))
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        tx.tasks.mark_sent(RUN, [1], at=NIGHT)
        tx.runs.set_dispatched(RUN, 0)
        run = tx.runs.lock(RUN)
        assert run is not None
        assert run.status is RunStatus.DISPATCHING
        tx.tasks.cancel_open(2, at=NIGHT, reason="the tracking was paused")
        tx.runs.set_dispatched(RUN, 0)
        run = tx.runs.lock(RUN)
    assert run is not None
    assert run.status is RunStatus.RUNNING


def test_dispatching_again_does_not_reopen_a_closed_run(store: SqlStore) -> None:
    summary = {"expected": 0, "말": "🍜"}
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        tx.runs.close(RUN, at=NIGHT + HOUR, status=RunStatus.CLOSED, summary=summary)
        tx.runs.set_dispatched(RUN, 1)
    with store.read() as tx:
        run = tx.runs.get(RUN)
        assert tx.runs.summary(RUN) == summary
        assert tx.runs.failure(RUN) is None
    assert run is not None
    assert (run.status, run.closed_at) == (RunStatus.CLOSED, NIGHT + HOUR)


def test_a_failure_is_kept_beside_the_summary(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        assert tx.runs.summary(RUN) is None
        tx.runs.set_failure(RUN, "워커가 없다")
    with store.read() as tx:
        assert tx.runs.failure(RUN) == "워커가 없다"


@pytest.mark.parametrize("ask", ["get", "lock", "summary", "failure"])
def test_what_is_asked_of_a_run_nobody_stored_is_none(store: SqlStore, ask: str) -> None:
    with store.begin() as tx:
        assert getattr(tx.runs, ask)("scheduled-19990101") is None


def test_the_latest_runs_come_first(store: SqlStore) -> None:
    with store.begin() as tx:
        for hours, run_id in enumerate(("a", "b", "c")):
            tx.runs.add(new_run(run_id, RunKind.MANUAL, NIGHT + hours * HOUR), None)
        assert [run.id for run in tx.runs.list(2)] == ["c", "b"]


def test_distinct_pages_of_a_run_are_counted(store: SqlStore) -> None:
    add_trackings(store, place_tracking(1), blog_tracking(), place_tracking(2, "다른 말"), place_tracking(3, "셋째"))
    with store.begin() as tx:
        tx.runs.add(new_run("on-demand-1", RunKind.ON_DEMAND), [1, 2, 3])
        assert tx.runs.count_pages("on-demand-1") == 2
        assert tx.runs.count_surface_pages("on-demand-1") == {Surface.INTEGRATED: 2}

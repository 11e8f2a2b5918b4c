from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, event

from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.actor import SYSTEM
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.run_task import TaskOutcome
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking_list import ListQuery
from sunwi.domain.tracking_state import TrackingState
from tests.examples import (
    DAY,
    EXPOSED_DAY,
    EXPOSED_LOOK,
    HOUR,
    MISSED_DAY,
    NIGHT,
    blog_tracking,
    new_reading,
    new_run,
    place_tracking,
    recognised,
)


def add_ledger(store: SqlStore, *rows: LedgerRow) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in (1, 2, 3)], at=NIGHT)
        tx.runs.add(new_run(), [1])
        reading = tx.readings.add(new_reading(new_run().id, recognised("1")))
        tx.ledger.observe(replace(EXPOSED_LOOK, page_reading_id=reading.id))
        for row in rows:
            tx.ledger.add(row)


def test_stored_equals_are_found_in_the_order_asked_for(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), blog_tracking(), place_tracking(2, "다른 말 🍜")], at=NIGHT)
        asked = [place_tracking(2, "다른 말 🍜"), place_tracking(99), replace(place_tracking(1), target_url="x")]
        assert [tracking.id for tracking in tx.trackings.find_equal(asked)] == [3, 1]
        assert tx.trackings.find_equal([]) == []


def test_thousands_of_equals_are_found_in_few_statements(store: SqlStore, engine: Engine) -> None:
    asked = [place_tracking(number) for number in range(3000)]
    with store.begin() as tx:
        tx.trackings.add(asked, at=NIGHT)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with store.read() as tx:
        assert len(tx.trackings.find_equal(asked)) == 3000
    assert len(statements) <= 10


def states(tx: SqlTransaction) -> dict[int, TrackingState]:
    """Work out the state of every tracking, and list them."""
    tx.states.recount([1, 2, 3])
    return {listed.tracking.id: listed.state for listed in tx.lists.page(ListQuery(actor=SYSTEM, limit=9)).trackings}


def test_exposed_days_of_the_current_session_are_counted_for_all_at_once(store: SqlStore) -> None:
    next_day = DAY + timedelta(days=1)
    add_ledger(
        store,
        EXPOSED_DAY,
        replace(EXPOSED_DAY, date=next_day, rank=None),
        replace(EXPOSED_DAY, tracking_id=2),
        replace(EXPOSED_DAY, tracking_id=2, date=next_day, session_number=2),
        replace(EXPOSED_DAY, tracking_id=3, rank=None),
    )
    with store.begin() as tx:
        tx.trackings.set_session(2, 2)
        found = {tracking_id: (state.exposed_days, state.measured_days) for tracking_id, state in states(tx).items()}
    assert found == {1: (1, 2), 2: (1, 1), 3: (0, 1)}


def test_the_latest_day_of_each_tracking_is_given_at_once(store: SqlStore) -> None:
    later = replace(MISSED_DAY, date=DAY + timedelta(days=1))
    add_ledger(store, EXPOSED_DAY, later, replace(EXPOSED_DAY, tracking_id=2))
    with store.begin() as tx:
        found = {tracking_id: state.last for tracking_id, state in states(tx).items()}
    assert found == {1: later, 2: replace(EXPOSED_DAY, tracking_id=2), 3: None}


def test_the_latest_missed_day_of_each_tracking_is_given_at_once(store: SqlStore) -> None:
    ends = [TaskState.FAILED, TaskState.EXPIRED, TaskState.SUCCEEDED]
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=NIGHT)
        for night, state in enumerate(ends):
            run = new_run(f"scheduled-{night}", at=NIGHT + night * 24 * HOUR)
            tx.runs.add(run, [1, 2])
            task = tx.tasks.lock(run.id, 1, message_id="m1")
            assert task is not None
            tx.tasks.set_state(task, state)
        found = {tracking_id: (state.missed_since, state.missed_on) for tracking_id, state in states(tx).items()}
    assert found == {1: (DAY, DAY + timedelta(days=1)), 2: (None, None)}


def test_the_tasks_of_a_run_are_given_as_they_are_now(store: SqlStore) -> None:
    run = new_run()
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), blog_tracking(), place_tracking(3)], at=NIGHT)
        tx.runs.add(run, None)
        failure = Failure(FailureCause.BLOCKED, "Blocked: 403")
        for tracking_id, state in ((1, TaskState.SUCCEEDED), (2, TaskState.FAILED)):
            task = tx.tasks.lock(run.id, tracking_id, message_id="m1")
            assert task is not None
            is_well = state is TaskState.SUCCEEDED
            tx.tasks.set_state(task, state, failure=None if is_well else failure, is_exposed=False if is_well else None)
            if not is_well:
                tx.tasks.set_late(task, DAY)
        first, second, third = tx.tasks.of_run(run.id)
    assert (first.outcome, first.failure, first.late_date) == (TaskOutcome.NOT_EXPOSED, None, None)
    assert (second.outcome, second.failure, second.late_date) == (TaskOutcome.NOT_MEASURED, failure, DAY)
    assert (third.tracking_id, third.state, third.outcome) == (3, TaskState.QUEUED, None)


def test_a_look_that_no_row_states_is_given_as_a_look_beside_the_ledger(store: SqlStore) -> None:
    add_ledger(store, EXPOSED_DAY)
    by_hand = new_run("manual-1", RunKind.MANUAL)
    with store.begin() as tx:
        assert tx.ledger.observations_beside_ledger(1) == []
        tx.runs.add(by_hand, [1])
        reading = tx.readings.add(new_reading(by_hand.id, recognised("1"), fetched_at=NIGHT + HOUR))
        seen = replace(EXPOSED_LOOK, run_id=by_hand.id, page_reading_id=reading.id, fetched_at=NIGHT + HOUR, rank=9)
        tx.ledger.observe(seen)
        [look] = tx.ledger.observations_beside_ledger(1)
        assert tx.ledger.observations_beside_ledger(2) == []
    assert (look.run_id, look.run_kind, look.fetched_at) == ("manual-1", RunKind.MANUAL, NIGHT + HOUR)
    assert (look.date, look.found.rank, look.found.area) == (DAY, 9, EXPOSED_LOOK.area)


def test_missed_days_are_told_with_their_reasons_by_start(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        for hours, state in enumerate([TaskState.EXPIRED, TaskState.SUCCEEDED, TaskState.FAILED, TaskState.RETRYING]):
            run_id = f"manual-{hours}"
            tx.runs.add(new_run(run_id, RunKind.MANUAL, NIGHT - hours * HOUR), None)
            task = tx.tasks.lock(run_id, 1, message_id="m1")
            assert task is not None
            tx.tasks.set_state(task, state, decided_at=NIGHT, failure=Failure(FailureCause.OTHER, f"because {hours}"))
        missed = tx.tasks.list_missed(1)
    assert missed == [
        (DAY - timedelta(days=1), Failure(FailureCause.OTHER, "because 2")),
        (DAY, Failure(FailureCause.OTHER, "because 0")),
    ]

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.task import CrawlMessage, Task
from sunwi.errors import PageUnreachable
from sunwi.service.ports.outside import Transaction
from tests.examples import DAY, HOUR, NIGHT, new_run, place_tracking, receipt

RUN = "scheduled-20260102"
MESSAGE = CrawlMessage(RUN, 1, receipt("m1"))
#: What a failed page says may hold anything.
WILD = "캡차 🍜 'quoted' \\u0000 %s"


@pytest.fixture
def tasks(store: SqlStore) -> SqlStore:
    """A run of five tasks that nobody has sent."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(5)], at=NIGHT)
        tx.runs.add(new_run(), None)
    return store


def lock(tx: Transaction, tracking_id: int = 1, *, message_id: str = "m1", run_id: str = RUN) -> Task:
    task = tx.tasks.lock(run_id, tracking_id, message_id=message_id)
    assert task is not None
    return task


def test_a_locked_task_brings_its_run_and_tracking(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        task = lock(tx, 2)
        assert task.run == tx.runs.get(RUN)
        assert task.tracking == tx.trackings.get(2)
    assert task.state is TaskState.QUEUED
    assert (task.decided_at, task.late_date, task.attempts_used, task.is_permanent) == (None, None, 0, False)


@pytest.mark.parametrize(("run_id", "tracking_id"), [(RUN, 99), ("scheduled-19990101", 1), (RUN, 2**63 - 1)])
def test_a_task_nobody_stored_is_none(tasks: SqlStore, run_id: str, tracking_id: int) -> None:
    with tasks.begin() as tx:
        assert tx.tasks.lock(run_id, tracking_id, message_id="m1") is None


def test_what_is_marked_sent_is_not_unsent_any_more(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        first = list(tx.tasks.lock_unsent(RUN, 2))
        assert first == [1, 2]
        tx.tasks.mark_sent(RUN, [1], at=NIGHT)
        tx.tasks.mark_sent(RUN, [], at=NIGHT)
    with tasks.begin() as tx:
        assert list(tx.tasks.lock_unsent(RUN, 2)) == [2, 3]
        assert list(tx.tasks.lock_unsent(RUN, 99)) == [2, 3, 4, 5]


def test_unsent_tasks_are_taken_from_a_position_on_and_counted(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        assert dict(tx.tasks.lock_unsent(RUN, 2, after=1)) == {2: 2, 3: 3}
        tx.tasks.mark_sent(RUN, [2, 3], at=NIGHT)
        assert dict(tx.tasks.lock_unsent(RUN, 9, after=1)) == {4: 4, 5: 5}
        assert dict(tx.tasks.lock_unsent(RUN, 9, after=5)) == {}
        assert tx.tasks.count_unsent(RUN) == 3
        assert tx.tasks.cancel_open(5, at=NIGHT, reason="the tracking was paused") == 1
    with tasks.read() as tx:
        assert tx.tasks.count_unsent(RUN) == 2


def test_a_task_that_was_cancelled_before_it_was_sent_is_never_sent(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        assert tx.tasks.cancel_open(3, at=NIGHT, reason="the tracking was paused") == 1
        assert list(tx.tasks.lock_unsent(RUN, 99)) == [1, 2, 4, 5]


def test_attempts_are_counted_by_message(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        first = tx.attempts.start(lock(tx), MESSAGE, at=NIGHT, page_loads=1)
        tx.attempts.finish(first, at=NIGHT, error=PageUnreachable(WILD))
    with tasks.begin() as tx:
        task = lock(tx)
        assert (task.attempts_used, task.is_permanent) == (1, False)
        second = tx.attempts.start(task, MESSAGE, at=NIGHT, page_loads=0)
        tx.attempts.add_page_load(second)
        tx.attempts.add_page_load(second)
        tx.attempts.finish(second, at=NIGHT, error=PageUnreachable("x"), permanent=True)
        task = lock(tx)
        assert (task.attempts_used, task.is_permanent) == (2, True)
        redriven = lock(tx, message_id="m2")
        assert (redriven.attempts_used, redriven.is_permanent) == (0, False)
        assert tx.runs.count_page_loads(RUN) == 3


def test_a_crash_is_an_attempt_that_was_started_and_never_ended(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        tx.attempts.start(lock(tx), MESSAGE, at=NIGHT, page_loads=1)
    with tasks.begin() as tx:
        assert lock(tx).attempts_used == 1


def test_the_same_look_of_a_message_cannot_be_started_twice(tasks: SqlStore) -> None:
    def start_twice() -> None:
        with tasks.begin() as tx:
            task = lock(tx)
            tx.attempts.start(task, MESSAGE, at=NIGHT, page_loads=1)
            tx.attempts.start(task, MESSAGE, at=NIGHT, page_loads=1)

    with pytest.raises(IntegrityError):
        start_twice()


def test_states_are_counted_with_what_the_looks_found(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        tx.tasks.set_state(lock(tx, 1), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=True)
        tx.tasks.set_state(lock(tx, 2), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=False)
        tx.tasks.set_state(lock(tx, 3), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=False)
        tx.tasks.set_state(lock(tx, 4), TaskState.FAILED, decided_at=NIGHT, failure=Failure(FailureCause.BLOCKED, WILD))
        task = lock(tx, 4)
        assert (task.state, task.decided_at) == (TaskState.FAILED, NIGHT)
    with tasks.read() as tx:
        assert tx.tasks.count_states(RUN) == {TaskState.SUCCEEDED: 3, TaskState.FAILED: 1, TaskState.QUEUED: 1}
        assert tx.tasks.count_exposed(RUN) == (1, 2)
        assert tx.tasks.list_reasons(RUN, [TaskState.FAILED, TaskState.EXPIRED]) == [(4, TaskState.FAILED, WILD)]


def test_a_late_measurement_leaves_the_verdict(tasks: SqlStore) -> None:
    next_day = DAY + timedelta(days=1)
    with tasks.begin() as tx:
        tx.tasks.set_state(lock(tx, 2), TaskState.FAILED, decided_at=NIGHT, failure=Failure(FailureCause.LAYOUT, "no"))
        tx.tasks.set_late(lock(tx, 2), next_day)
        task = lock(tx, 2)
        assert (task.state, task.decided_at, task.late_date) == (TaskState.FAILED, NIGHT, next_day)
        assert tx.tasks.list_late(RUN) == [(2, next_day)]
        assert tx.tasks.list_reasons(RUN, [TaskState.FAILED]) == [(2, TaskState.FAILED, "no")]


def test_what_is_left_expires_with_the_reason_and_the_last_look(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        tx.tasks.set_state(lock(tx, 1), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=True)
        tx.tasks.set_state(lock(tx, 2), TaskState.RETRYING, failure=Failure(FailureCause.BLOCKED, "Blocked: captcha"))
        tx.tasks.set_state(lock(tx, 3), TaskState.RUNNING)
        assert tx.tasks.expire_open(RUN, at=NIGHT + HOUR, failure=Failure(FailureCause.DEADLINE, "not measured")) == 4
        assert tx.tasks.expire_open(RUN, at=NIGHT + 2 * HOUR, failure=Failure(FailureCause.DEADLINE, "again")) == 0
        assert tx.tasks.list_reasons(RUN, [TaskState.EXPIRED]) == [
            (2, TaskState.EXPIRED, "not measured; last look: Blocked: captcha"),
            (3, TaskState.EXPIRED, "not measured"),
            (4, TaskState.EXPIRED, "not measured"),
            (5, TaskState.EXPIRED, "not measured"),
        ]
        assert lock(tx, 5).decided_at == NIGHT + HOUR
        causes = {task.tracking_id: task.cause for task in tx.failures.unmeasured(RUN, [TaskState.EXPIRED])}
        assert causes == {2: FailureCause.BLOCKED} | dict.fromkeys([3, 4, 5], FailureCause.DEADLINE)


def test_a_cancelled_task_is_cancelled_whatever_its_last_look_said(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        tx.tasks.set_state(lock(tx, 2), TaskState.RETRYING, failure=Failure(FailureCause.BLOCKED, "Blocked: captcha"))
        assert tx.tasks.cancel_open(2, at=NIGHT, reason="the tracking was paused") == 1
        [task] = tx.failures.unmeasured(RUN, [TaskState.CANCELLED])
    assert (task.cause, task.keyword) == (FailureCause.CANCELLED, "강남역 맛집")
    assert task.reason == "the tracking was paused; last look: Blocked: captcha"


def test_a_task_that_succeeds_forgets_why_its_looks_failed_and_one_that_runs_does_not(
    tasks: SqlStore, engine: Engine
) -> None:
    def causes() -> list[str | None]:
        with engine.connect() as connection:
            return list(connection.execute(text("SELECT cause FROM task ORDER BY tracking_id LIMIT 2")).scalars())

    for tracking_id in (1, 2):
        with tasks.begin() as tx:
            failure = Failure(FailureCause.LAYOUT, "LayoutUnknown: x")
            tx.tasks.set_state(lock(tx, tracking_id), TaskState.RETRYING, failure=failure)
            tx.tasks.set_state(lock(tx, tracking_id), TaskState.RUNNING)
    assert causes() == ["layout", "layout"]
    with tasks.begin() as tx:
        tx.tasks.set_state(lock(tx, 1), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=True)
    assert causes() == [None, "layout"]


def test_a_cancelled_run_loses_what_waits_and_keeps_what_runs(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        tx.tasks.set_state(lock(tx, 1), TaskState.RUNNING)
        tx.tasks.set_state(lock(tx, 2), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=True)
        tx.tasks.set_state(lock(tx, 3), TaskState.RETRYING, failure=Failure(FailureCause.BLOCKED, "captcha"))
        tx.runs.set_cancelled(RUN)
        assert tx.tasks.cancel_run(RUN, at=NIGHT, reason="the run was cancelled") == 3
        assert tx.tasks.cancel_run(RUN, at=NIGHT + HOUR, reason="again") == 0
        assert tx.tasks.count_states(RUN) == {TaskState.RUNNING: 1, TaskState.SUCCEEDED: 1, TaskState.CANCELLED: 3}
        assert lock(tx, 3).run.status is RunStatus.CANCELLED
        assert tx.tasks.lock_unsent(RUN, 99) == {}


def test_a_paused_trackings_waiting_tasks_are_cancelled_in_open_runs_only(tasks: SqlStore) -> None:
    with tasks.begin() as tx:
        tx.runs.add(new_run("manual-1", RunKind.MANUAL), None)
        tx.runs.add(new_run("manual-2", RunKind.MANUAL), None)
        tx.tasks.set_state(lock(tx, 1, run_id="manual-1"), TaskState.RUNNING)
        tx.runs.close("manual-2", at=NIGHT, status=RunStatus.CLOSED, summary={})
        assert tx.tasks.cancel_open(1, at=NIGHT, reason="the tracking was paused") == 1
        assert tx.tasks.count_states(RUN) == {TaskState.CANCELLED: 1, TaskState.QUEUED: 4}
        assert tx.tasks.count_states("manual-1") == {TaskState.RUNNING: 1, TaskState.QUEUED: 4}
        assert tx.tasks.count_states("manual-2") == {TaskState.QUEUED: 5}
        assert lock(tx, 1).decided_at == NIGHT

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.actor import SYSTEM
from sunwi.domain.attempt import Decision, decide
from sunwi.domain.outcome import Exposed
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import StoreConflict
from sunwi.service.crawling.save_outcome import Measured, save_outcome
from sunwi.service.runs.cancel_run import CancelRun
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine, ManualClock
from tests.examples import HOUR, NIGHT, new_reading, new_run, place_tracking, recognised

RUN = "scheduled-20260102"
WRITER = Path(__file__).with_name("concurrent_writer.py")
EXPOSED = Exposed(rank=1, area="nmb_rnk", page_rank=1, areas=("nmb_rnk",), depth=1)
#: Far longer than anything here takes: only a deadlock of our own would wait for it.
PATIENCE = 20


@pytest.fixture
def open_store(engine: Engine) -> Iterator[Callable[[], SqlStore]]:
    """Opens the database as another process would: through an engine of its own."""
    engines: list[Engine] = []

    def open_one() -> SqlStore:
        engines.append(create_store_engine(engine.url.render_as_string(hide_password=False)))
        return SqlStore(engines[-1])

    yield open_one
    for opened in engines:
        opened.dispose()


@pytest.fixture
def other(postgres_engine: Engine) -> Iterator[SqlStore]:
    """Another process's connection to the same PostgreSQL database."""
    engine = create_store_engine(_url(postgres_engine))
    yield SqlStore(engine)
    engine.dispose()


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(job) for job in jobs]]


def never(seconds: float) -> None:
    pytest.fail(f"nothing is away, and {seconds} s were to be waited")


def add_run(store: SqlStore, trackings: int) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(trackings)], at=NIGHT)
        tx.runs.add(new_run(), None)


def save(store: SqlStore, tracking_id: int, *, before_save: Callable[[], object] = bool) -> Measured:
    with store.begin() as tx:
        reading = tx.readings.add(new_reading(RUN, recognised("1")))
    before_save()
    with store.begin() as tx:
        task = tx.tasks.lock(RUN, tracking_id, message_id="m1")
        assert task is not None
        return save_outcome(tx, task, reading, EXPOSED, at=NIGHT)


def test_two_dispatchers_share_the_messages_without_doubling_one(open_store: Callable[[], SqlStore]) -> None:
    store = open_store()
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(2500)], at=NIGHT)
    queue, machine = InMemoryCrawlQueue(), InMemoryStateMachine()
    started = Barrier(2, timeout=PATIENCE)

    def dispatch() -> int:
        own = DispatchRun(
            store=open_store(),
            send_tasks=SendTasks(store=open_store(), queue=queue, clock=ManualClock(NIGHT), pause=never),
            state_machine=machine,
            clock=ManualClock(NIGHT),
            batch_timeout=HOUR,
            check_capacity=CheckCapacity(
                store=open_store(), clock=ManualClock(NIGHT), batch_timeout=HOUR, delay_seconds=0
            ),
        )
        started.wait()
        return own.scheduled(NIGHT).expected

    assert at_once(dispatch, dispatch) == [2500, 2500]
    ids = [tracking_id for _, tracking_id, _ in queue.sent]
    assert len(ids) == 2500
    assert set(ids) == set(range(1, 2501))
    assert machine.started == [f"{RUN}-0"]


def test_what_one_dispatcher_has_locked_another_passes_over(postgres_engine: Engine, other: SqlStore) -> None:
    store = SqlStore(postgres_engine)
    add_run(store, 5)
    with store.begin() as tx:
        assert list(tx.tasks.lock_unsent(RUN, 2)) == [1, 2]
        with other.begin() as beside:
            assert list(beside.tasks.lock_unsent(RUN, 9)) == [3, 4, 5]


def test_sqlite_processes_that_read_then_write_lose_no_update(sqlite_engine: Engine) -> None:
    with SqlStore(sqlite_engine).begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    command = [sys.executable, str(WRITER), str(sqlite_engine.url), "200"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: S603 - our own
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert said == ["", "", ""]
    with SqlStore(sqlite_engine).read() as tx:
        assert tx.trackings.list()[0].current_session == 601


def test_threads_that_read_then_write_a_locked_row_lose_no_update(open_store: Callable[[], SqlStore]) -> None:
    with open_store().begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)

    def count_up() -> None:
        store = open_store()
        for _ in range(50):
            with store.begin() as tx:
                tx.trackings.set_session(1, tx.trackings.lock(1).current_session + 1)

    at_once(count_up, count_up, count_up)
    with open_store().read() as tx:
        assert tx.trackings.list()[0].current_session == 151


def test_a_save_counts_in_the_equation_or_is_late_and_the_run_always_balances(
    open_store: Callable[[], SqlStore],
) -> None:
    tasks = 40
    add_run(open_store(), tasks)
    half_way = Event()

    def save_all() -> list[bool]:
        store, late = open_store(), []
        for tracking_id in range(1, tasks + 1):
            late.append(save(store, tracking_id).is_late)
            if tracking_id == tasks // 2:
                half_way.set()
        return late

    def close() -> Any:
        assert half_way.wait(PATIENCE)
        return CloseRun(store=open_store(), clock=ManualClock(NIGHT + HOUR)).summarise(RUN)

    late, summary = at_once(save_all, close)
    assert summary["expected"] == tasks == summary["succeeded"] + summary["expired"]
    assert summary["succeeded"] == late.count(False) >= tasks // 2
    with open_store().read() as tx:
        assert len(tx.tasks.list_late(RUN)) == late.count(True) == summary["expired"]
        states = tx.tasks.count_states(RUN)
        assert all(tx.ledger.get(tracking_id, new_run().business_date) for tracking_id in range(1, tasks + 1))
    assert states.get(TaskState.SUCCEEDED) == summary["succeeded"]


def test_a_run_that_is_cancelled_in_the_middle_of_its_looks_balances(open_store: Callable[[], SqlStore]) -> None:
    tasks = 40
    add_run(open_store(), tasks)
    half_way = Event()

    def look_at_all() -> int:
        store, looks = open_store(), 0
        for tracking_id in range(1, tasks + 1):
            with store.begin() as tx:
                task = tx.tasks.lock(RUN, tracking_id, message_id="m1")
                assert task is not None
                if decide(task.snapshot, sent_at=NIGHT, now=NIGHT) is not Decision.MEASURE:
                    continue
                tx.tasks.set_state(task, TaskState.RUNNING)
            save(store, tracking_id)
            looks += 1
            if tracking_id == tasks // 2:
                half_way.set()
        return looks

    def cancel() -> int:
        assert half_way.wait(PATIENCE)
        store, clock = open_store(), ManualClock(NIGHT)
        return (
            CancelRun(store=store, clock=clock, close_run=CloseRun(store=store, clock=clock))
            .cancel(SYSTEM, RUN)
            .cancelled
        )

    looks, cancelled = at_once(look_at_all, cancel)
    summary = CloseRun(store=open_store(), clock=ManualClock(NIGHT)).summarise(RUN)
    assert (summary["succeeded"], summary["cancelled"], summary["expired"]) == (looks, cancelled, 0)
    assert summary["expected"] == tasks == looks + cancelled
    with open_store().read() as tx:
        run = tx.runs.get(RUN)
        assert sum(len(tx.ledger.history(tracking_id)) for tracking_id in range(1, tasks + 1)) == looks
    assert run is not None
    assert run.status is RunStatus.CANCELLED


def test_a_run_does_not_close_while_a_save_is_under_way(postgres_engine: Engine, other: SqlStore) -> None:
    store = SqlStore(postgres_engine)
    add_run(store, 1)
    with store.begin() as tx:
        reading = tx.readings.add(new_reading(RUN, recognised("1")))
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            task = tx.tasks.lock(RUN, 1, message_id="m1")
            assert task is not None
            closing = pool.submit(CloseRun(store=other, clock=ManualClock(NIGHT + HOUR)).summarise, RUN)
            wait_until_somebody_waits_for_a_lock(postgres_engine)
            assert not save_outcome(tx, task, reading, EXPOSED, at=NIGHT).is_late
        assert closing.result(PATIENCE)["succeeded"] == 1


def test_pausing_a_tracking_while_it_is_saved_blocks_neither_for_good(postgres_engine: Engine, other: SqlStore) -> None:
    store = SqlStore(postgres_engine)
    add_run(store, 1)
    with store.begin() as tx:
        reading = tx.readings.add(new_reading(RUN, recognised("1")))
    manage = ManageTrackings(store=other, clock=ManualClock(NIGHT))
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            task = tx.tasks.lock(RUN, 1, message_id="m1")
            assert task is not None
            pausing = pool.submit(manage.set_status, SYSTEM, [1], TrackingStatus.PAUSED)
            wait_until_somebody_waits_for_a_lock(postgres_engine)
            save_outcome(tx, task, reading, EXPOSED, at=NIGHT)
        assert len(pausing.result(PATIENCE)) == 1
    with store.read() as tx:
        assert tx.tasks.count_states(RUN) == {TaskState.SUCCEEDED: 1}


def test_a_deadlock_is_a_conflict_for_one_of_the_two(postgres_engine: Engine) -> None:
    with SqlStore(postgres_engine).begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=NIGHT)
    both_hold_one = Barrier(2, timeout=PATIENCE)

    def lock_both(first: int, second: int) -> str:
        store = SqlStore(create_store_engine(_url(postgres_engine)))
        try:
            with store.begin() as tx:
                tx.trackings.lock(first)
                both_hold_one.wait()
                tx.trackings.lock(second)
        except StoreConflict as error:
            return str(error)
        finally:
            store.engine.dispose()
        return "locked"

    answers = at_once(lambda: lock_both(1, 2), lambda: lock_both(2, 1))
    told = "another transaction of the database was in the way, this one was taken back: deadlock detected"
    assert sorted(answers) == [told, "locked"]


def test_saves_of_one_tracking_at_once_keep_one_row_a_day_and_count_both_looks(
    open_store: Callable[[], SqlStore],
) -> None:
    add_run(open_store(), 1)
    ready = Barrier(2, timeout=PATIENCE)
    at_once(*[lambda: save(open_store(), 1, before_save=ready.wait)] * 2)
    with open_store().read() as tx:
        (row,) = tx.ledger.history(1)
    assert (row.rank, row.looks) == (1, 2)


@contextmanager
def connected(engine: Engine) -> Iterator[SqlTransaction]:
    other = create_store_engine(_url(engine))
    try:
        with SqlStore(other).read() as tx:
            yield tx
    finally:
        other.dispose()


def wait_until_somebody_waits_for_a_lock(engine: Engine) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    give_up = Event()
    with connected(engine) as tx:
        for _ in range(PATIENCE * 100):
            if tx.connection.execute(waiting).scalar_one():
                return
            give_up.wait(timedelta(milliseconds=10).total_seconds())
    raise AssertionError("nobody came to wait for a lock")


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)

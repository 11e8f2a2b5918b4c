"""What a message is decided by, read and locked at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.attempt_basis import AttemptBasis
from sunwi.domain.circuit import Circuit
from sunwi.domain.reading import PageVerdict
from sunwi.domain.run import TaskState
from sunwi.domain.task import CrawlMessage
from sunwi.service.ports.outside import Transaction
from sunwi.sites.naver.site import circuit_of_page
from tests.examples import (
    DAY,
    EXPOSED_DAY,
    EXPOSED_LOOK,
    HOUR,
    NIGHT,
    new_reading,
    new_run,
    page_key,
    place_tracking,
    receipt,
    recognised,
    unreadable,
)

RUN = "scheduled-20260102"
MESSAGE = CrawlMessage(RUN, 1, receipt("m1"))
PATIENCE = 20


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    """A run with one task."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        tx.runs.add(new_run(), None)
    return store


@pytest.fixture
def open_store(postgres_engine: Engine) -> Iterator[Callable[[], SqlStore]]:
    engines: list[Engine] = []

    def open_one() -> SqlStore:
        engines.append(create_store_engine(postgres_engine.url.render_as_string(hide_password=False)))
        return SqlStore(engines[-1])

    yield open_one
    for engine in engines:
        engine.dispose()


def basis_of(tx: Transaction, message: CrawlMessage = MESSAGE) -> AttemptBasis:
    found = tx.tasks.lock_for_attempt(message, readings_since=NIGHT - HOUR)
    assert found is not None
    return found


def test_a_message_of_no_task_finds_nothing(store: SqlStore) -> None:
    with store.begin() as tx:
        for message in (replace(MESSAGE, run_id="manual-1"), replace(MESSAGE, tracking_id=2)):
            assert tx.tasks.lock_for_attempt(message, readings_since=NIGHT) is None


def test_a_first_message_finds_a_task_without_anything_beside_it(store: SqlStore) -> None:
    with store.begin() as tx:
        found = basis_of(tx)
        assert found.task == tx.tasks.lock(RUN, 1, message_id="m1")
    key = circuit_of_page(page_key())
    assert (found.reading, found.circuit, found.was_exposed) == (None, Circuit(key=key), False)
    assert (found.task.attempts_started, found.task.last_attempt_at, found.task.is_permanent) == (0, None, False)


def test_all_that_is_known_is_found_at_once(store: SqlStore) -> None:
    with store.begin() as tx:
        first = basis_of(tx).task
        tx.attempts.finish(tx.attempts.start(first, MESSAGE, at=NIGHT, page_loads=1), at=NIGHT + HOUR, permanent=True)
        older = tx.readings.add(new_reading(RUN, recognised("1"), fetched_at=NIGHT - timedelta(minutes=2)))
        latest = tx.readings.add(new_reading(RUN, recognised("101"), fetched_at=NIGHT, is_second_look=True))
        tx.readings.add(new_reading(RUN, unreadable(PageVerdict.BLOCKED), fetched_at=NIGHT + HOUR))
        tx.readings.add(new_reading(RUN, recognised("9"), fetched_at=NIGHT + HOUR, key=page_key("다른 말")))
        circuit = replace(tx.circuits.lock(circuit_of_page(page_key())), opened_at=NIGHT, pauses=2, reason="captcha")
        tx.circuits.save(circuit)
        observed = tx.ledger.observe(replace(EXPOSED_LOOK, page_reading_id=older.id))
        assert observed is not None
        tx.ledger.add(replace(EXPOSED_DAY, observation_id=observed))
    with store.begin() as tx:
        found = basis_of(tx)
        assert found.task == tx.tasks.lock(RUN, 1, message_id="m1")
        assert basis_of(tx, replace(MESSAGE, receipt=receipt("m2"))).task.attempts_started == 0
    assert (found.reading, found.circuit, found.was_exposed) == (latest, circuit, True)
    assert (found.task.attempts_used, found.task.is_permanent, found.task.last_attempt_at) == (1, True, NIGHT + HOUR)


def test_a_reading_that_is_too_old_is_none(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.readings.add(new_reading(RUN, recognised("101"), fetched_at=NIGHT - HOUR - timedelta(seconds=1)))
        assert basis_of(tx).reading is None


def test_only_the_last_day_says_whether_a_tracking_was_exposed(store: SqlStore) -> None:
    with store.begin() as tx:
        reading = tx.readings.add(new_reading(RUN, recognised("101")))
        observed = tx.ledger.observe(replace(EXPOSED_LOOK, page_reading_id=reading.id))
        assert observed is not None
        tx.ledger.add(replace(EXPOSED_DAY, date=DAY - timedelta(days=1), observation_id=observed))
        assert basis_of(tx).was_exposed
        missed = replace(EXPOSED_DAY, rank=None, area=None, page_rank=None, observation_id=observed)
        assert tx.ledger.add_unless_there(missed) is None
        assert not basis_of(tx).was_exposed


def test_an_attempt_that_opens_no_page_has_ended_when_it_is_stored(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.attempts.start(basis_of(tx).task, MESSAGE, at=NIGHT, page_loads=0, is_ended=True)
    with store.engine.connect() as connection:
        ended = connection.execute(text("SELECT finished_at IS NOT NULL, error FROM attempt")).one()
    assert tuple(ended) == (1, None)
    with store.read() as tx:
        history = tx.failures.histories([MESSAGE])
    assert history["m1"].is_last_ended


def test_an_observation_counts_its_session_as_it_is_before_it(store: SqlStore) -> None:
    with store.begin() as tx:
        reading = tx.readings.add(new_reading(RUN, recognised("101")))
        look = replace(EXPOSED_LOOK, page_reading_id=reading.id)
        observed = tx.ledger.observe_in(1, look)
        assert observed is not None
        assert observed.counted_days == 0
        assert tx.ledger.observe_in(1, look) is None
        row = replace(EXPOSED_DAY, observation_id=observed.id)
        assert tx.ledger.add_unless_there(row) is None
        assert tx.ledger.add_unless_there(replace(row, rank=1, looks=9)) == row
        again = tx.readings.add(new_reading(RUN, recognised("101")))
        counted = tx.ledger.observe_in(1, replace(look, page_reading_id=again.id))
        assert counted is not None
        assert counted.counted_days == 1
        assert tx.ledger.history(1) == [row]


def until_it_waits(engine: Engine, job: Future[object]) -> None:
    """Wait until a transaction of PostgreSQL waits for another one's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while not job.done():
        with engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
    raise AssertionError("it did not wait")


def test_a_message_that_waits_for_its_task_sees_what_was_done_meanwhile(
    postgres_engine: Engine, open_store: Callable[[], SqlStore]
) -> None:
    """The same message twice at once: the second one counts the first one's attempt, and reads its page."""
    first, second, watcher = SqlStore(postgres_engine), open_store(), open_store()
    with first.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        tx.runs.add(new_run(), None)

    def find() -> AttemptBasis:
        with second.begin() as tx:
            return basis_of(tx)

    with ThreadPoolExecutor(1) as pool:
        with first.begin() as tx:
            task = basis_of(tx).task
            job = pool.submit(find)
            until_it_waits(watcher.engine, job)  # type: ignore[arg-type]  # what it returns does not matter
            tx.attempts.start(task, MESSAGE, at=NIGHT, page_loads=1)
            tx.tasks.set_state(task, TaskState.RUNNING)
            reading = tx.readings.add(new_reading(RUN, recognised("101")))
        found = job.result(PATIENCE)
    assert (found.task.state, found.task.attempts_started, found.reading) == (TaskState.RUNNING, 1, reading)


def test_a_save_that_waits_for_its_tracking_sees_the_session_that_was_opened_meanwhile(
    postgres_engine: Engine, open_store: Callable[[], SqlStore]
) -> None:
    first, second, watcher = SqlStore(postgres_engine), open_store(), open_store()
    with first.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.runs.add(new_run("run-2", at=NIGHT + HOUR), None)

    def session() -> int:
        with second.begin() as tx:
            task = tx.tasks.lock("run-2", 1)
            assert task is not None
            return task.tracking.current_session

    with ThreadPoolExecutor(1) as pool:
        with first.begin() as tx:
            assert tx.tasks.lock(RUN, 1) is not None
            job = pool.submit(session)
            until_it_waits(watcher.engine, job)  # type: ignore[arg-type]  # what it returns does not matter
            tx.trackings.set_session(1, 2)
        assert job.result(PATIENCE) == 2


def test_a_run_does_not_close_between_a_tasks_lock_and_its_commit(
    postgres_engine: Engine, open_store: Callable[[], SqlStore]
) -> None:
    first, second, watcher = SqlStore(postgres_engine), open_store(), open_store()
    with first.begin() as tx:
        tx.trackings.add([place_tracking(101), place_tracking(102)], at=NIGHT)
        tx.runs.add(new_run(), None)

    def lock_run() -> bool:
        with second.begin() as tx:
            return tx.runs.lock(RUN) is not None

    with ThreadPoolExecutor(1) as pool:
        with first.begin() as tx:
            basis_of(tx)
            with open_store().begin() as beside:  # another crawler is not kept waiting
                assert beside.tasks.lock(RUN, 2) is not None
            job = pool.submit(lock_run)
            until_it_waits(watcher.engine, job)  # type: ignore[arg-type]  # what it returns does not matter
        assert job.result(PATIENCE)

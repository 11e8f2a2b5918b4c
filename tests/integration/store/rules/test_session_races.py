from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.tracking import PageKey
from sunwi.service.crawling.save_outcome import save_outcome
from sunwi.service.ledger.replay_run import ReplayRun
from sunwi.testing import InMemoryEvidenceStore, ManualClock
from tests.examples import DAY, NIGHT, new_reading, new_run, place_tracking, recognised
from tests.session_days import NOT_EXPOSED, exposed

PATIENCE = 20
LAST = 25


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


@contextmanager
def every_page_shows_the_place() -> Iterator[None]:
    def read(_served: list[ServedPage], _key: PageKey) -> PageReading:
        return recognised("101")

    with patch("sunwi.service.ledger.replay_run.read_pages", read):
        yield


def save(store: SqlStore, evidence: InMemoryEvidenceStore, day: int, *, is_exposed: bool) -> None:
    at = NIGHT + timedelta(days=day)
    run = new_run(f"run-{day}", at=at)
    new = new_reading(run.id, recognised(), fetched_at=at)
    with store.begin() as tx:
        tx.runs.add(run, [1])
        task = tx.tasks.lock(run.id, 1, message_id="m1")
        assert task is not None
        reading = tx.readings.add(replace(new, evidence_key=evidence.keep(run.id, new.loaded)))
        save_outcome(tx, task, reading, exposed(1) if is_exposed else NOT_EXPOSED, at=at)


def fill_but_one(store: SqlStore) -> InMemoryEvidenceStore:
    """Store a tracking that was not exposed on day 0 and exposed on the 24 days after."""
    evidence = InMemoryEvidenceStore()
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    for day in range(LAST):
        save(store, evidence, day, is_exposed=day > 0)
    return evidence


def test_a_save_and_a_correction_at_once_do_not_both_take_the_last_place(open_store: Callable[[], SqlStore]) -> None:
    store = open_store()
    evidence = fill_but_one(store)
    ready = Barrier(2, timeout=PATIENCE)

    def save_last() -> None:
        own = open_store()
        ready.wait()
        save(own, evidence, LAST, is_exposed=True)

    def correct_first() -> None:
        replay = ReplayRun(store=open_store(), evidence=evidence, clock=ManualClock(NIGHT))
        ready.wait()
        replay.replay("run-0", apply=True)

    with every_page_shows_the_place(), ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(save_last), pool.submit(correct_first)]:
            job.result(PATIENCE)
    with store.read() as tx:
        first, *_, last = tx.ledger.history(1)
        assert tx.ledger.count_exposed(1, 1) == 25
        # Whichever came second: the correction found the session full, or the save found it full.
        assert (first.is_counted, last.session_number) in {(False, 1), (True, 2)}
        assert first.is_exposed


def test_a_correction_waits_for_a_save_of_the_same_tracking(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine)
    evidence = fill_but_one(store)
    other = SqlStore(create_store_engine(postgres_engine.url.render_as_string(hide_password=False)))
    replay = ReplayRun(store=other, evidence=evidence, clock=ManualClock(NIGHT))
    with every_page_shows_the_place(), ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            tx.trackings.lock(1)
            correcting = pool.submit(replay.replay, "run-0", apply=True)
            wait_until_somebody_waits_for_a_lock(other.engine)
            row = tx.ledger.get(1, DAY + timedelta(days=1))
            assert row is not None
            tx.ledger.add(replace(row, date=DAY + timedelta(days=LAST)))
        report = correcting.result(PATIENCE)
    other.engine.dispose()
    assert [(change.is_applied, change.counts) for change in report.changes] == [(True, False)]
    with store.read() as tx:
        assert tx.ledger.count_exposed(1, 1) == 25


def wait_until_somebody_waits_for_a_lock(engine: Engine) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    watcher = create_store_engine(engine.url.render_as_string(hide_password=False))
    pause = Event()
    try:
        with watcher.connect() as connection:
            for _ in range(PATIENCE * 100):
                if connection.execute(waiting).scalar_one():
                    return
                pause.wait(0.01)
    finally:
        watcher.dispose()
    raise AssertionError("nobody came to wait for a lock")

"""Two crawlers at one tracking: CrawlerConcurrency above 1, or one message delivered twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.observation import Observation
from sunwi.domain.session import DEFAULT_SESSION_DAYS, LedgerRow
from sunwi.errors import StoreConflict
from sunwi.service.crawling.save_outcome import Measured
from sunwi.service.ports.retry_conflicts import retry_conflicts
from tests.examples import DAY, NIGHT, new_reading, page_key, place_tracking, recognised
from tests.injection import Injection
from tests.night import SCHEDULED, Night

PATIENCE = 20
OBSERVATION = Observation(
    tracking_id=1,
    run_id=SCHEDULED,
    page_reading_id=0,
    fetched_at=NIGHT,
    rank=1,
    area="nmb_rnk",
    page_rank=1,
    depth=1,
    block_absent=False,
    matched_by="own",
    near_rank=None,
)
ROW = LedgerRow(
    tracking_id=1,
    date=DAY,
    session_number=1,
    rank=1,
    area="nmb_rnk",
    page_rank=1,
    depth=1,
    looks=1,
    observation_id=0,
)


@pytest.fixture
def crawlers(night: Night, open_store: Callable[[], SqlStore], monkeypatch: pytest.MonkeyPatch) -> list[Night]:
    """Two crawlers, each on a connection of its own, that have both read their page before either saves."""
    night.start(place_tracking())
    both_have_read = Barrier(2, timeout=PATIENCE)
    crawlers = [Night(open_store()) for _ in range(2)]
    for crawler in crawlers:
        crawler.show(recognised("101"))

    def read(*_: object) -> object:
        both_have_read.wait()
        return recognised("101")

    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", read)
    return crawlers


def at_once(crawlers: list[Night], *message_ids: str) -> list[Measured | None]:
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(crawler.deliver, 1, name) for crawler, name in zip(crawlers, message_ids, strict=True)]
        return [job.result(PATIENCE) for job in jobs]


def fill_session(night: Night, rows: int) -> None:
    """Store so many exposed days of the tracking before tonight."""
    with night.sql.begin() as tx:
        for number in range(1, rows + 1):
            day: date = DAY - timedelta(days=number)
            stored = tx.readings.add(new_reading(SCHEDULED, recognised("101"), key=page_key("another page")))
            observed = tx.ledger.observe(replace(OBSERVATION, page_reading_id=stored.id))
            assert observed is not None
            tx.ledger.add(replace(ROW, date=day, observation_id=observed))


@pytest.mark.parametrize("message_ids", [("m1", "m1"), ("m1", "m2")])
def test_one_tracking_gets_one_ledger_row_whoever_saves_first(
    night: Night, crawlers: list[Night], message_ids: tuple[str, str]
) -> None:
    measured = at_once(crawlers, *message_ids)
    assert [found.rank for found in measured if found] == [1, 1]
    (row,) = night.history()
    assert (row.rank, row.looks) == (1, 2)
    assert night.counts().succeeded == night.counts().expected == 1


def test_the_session_moves_on_by_one_step_only(night: Night, crawlers: list[Night], injection: Injection) -> None:
    fill_session(night, DEFAULT_SESSION_DAYS - 1)
    at_once(crawlers, "m1", "m1")
    assert injection.counts()["session"] == 2
    assert len(night.history()) == DEFAULT_SESSION_DAYS
    assert {row.session_number for row in night.history()} == {1}


def test_serializable_transactions_that_fail_each_other_are_repeated(
    night: Night, crawlers: list[Night], injection: Injection, postgres_engine: Engine
) -> None:
    """Stricter than Sunwi needs, so that the server itself finds the conflict."""
    fill_session(night, DEFAULT_SESSION_DAYS - 1)
    name = postgres_engine.url.database
    with injection.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    for crawler in crawlers:
        crawler.sql.engine.dispose()
    at_once(crawlers, "m1", "m1")
    assert injection.counts()["session"] == 2
    assert len(night.history()) == DEFAULT_SESSION_DAYS


def test_a_real_deadlock_is_repeated_until_both_are_through(night: Night, open_store: Callable[[], SqlStore]) -> None:
    """Two transactions lock two rows crosswise; the one that the server picks succeeds when it is repeated."""
    night.track(place_tracking(101), place_tracking(102))
    both_hold_one = Barrier(2, timeout=PATIENCE)
    conflicts: list[StoreConflict] = []

    def lock_both(store: SqlStore, first: int, second: int) -> None:
        first_time = True

        @retry_conflicts
        def once() -> None:
            nonlocal first_time
            try:
                with store.begin() as tx:
                    tx.trackings.lock(first)
                    if first_time:
                        first_time = False
                        both_hold_one.wait()
                    tx.trackings.set_session(second, tx.trackings.lock(second).current_session + 1)
            except StoreConflict as error:
                conflicts.append(error)
                raise

        once()

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(lock_both, open_store(), *pair) for pair in ((1, 2), (2, 1))]
        for job in jobs:
            job.result(PATIENCE)
    with night.sql.read() as tx:
        assert [tracking.current_session for tracking in tx.trackings.list()] == [2, 2]
    assert conflicts
    assert all("deadlock detected" in str(conflict) for conflict in conflicts)

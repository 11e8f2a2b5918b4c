from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, text

from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from tests.chaos.audit import Row, audit
from tests.chaos.night import Night, night_on, now
from tests.injection import Injection

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]

Tell = Callable[[Row], None]
PAGES = 5
#: More than one message's tries.
CONFLICTS = 6
#: A message is postponed for three seconds here: as many receives as an hour of postponements for a minute needs.
MANY_RECEIVES = {"CrawlBatchTimeout": 3600, "CrawlPostponeSeconds": 60}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, to stop and to start."""
    with running_postgres() as running:
        engine = create_store_engine(running.create_database("migrated"))
        upgrade_schema(engine)
        engine.dispose()
        yield running


@pytest.fixture
def url(server: PostgresServer) -> Iterator[str]:
    """A migrated database of the test's own."""
    yield server.create_database("chaos", template="migrated")
    server.drop_database("chaos")


@contextmanager
def repeated(step: Callable[[], None], seconds: float) -> Iterator[None]:
    """Repeat a step beside the block."""
    ended = Event()

    def run() -> None:
        while not ended.wait(seconds):
            step()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def start_slowly(night: Night) -> str:
    """Fire a run whose pages take a second each, and wait until its first is measured."""
    keywords = night.keywords(PAGES)
    night.track(keywords)
    for keyword in keywords:
        night.daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, delay_seconds=1))
    run_id = night.fire()
    night.wait_for_measured(1)
    return run_id


def execute(server: PostgresServer, *statements: str) -> None:
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_server_that_is_gone_for_half_a_minute_costs_no_attempt(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, server: PostgresServer, url: str
) -> None:
    with night_on(chaos_stack, "gone", tmp_path, url, **MANY_RECEIVES) as night:
        run_id = start_slowly(night)
        server.stop()
        Event().wait(30)
        server.start()
        healed_at = now()
        row = audit(night, run_id, "PostgreSQL gone for 30 s", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"


def test_connections_killed_again_and_again_cost_no_tracking(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, server: PostgresServer, url: str
) -> None:
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'chaos'"
    with night_on(chaos_stack, "killed", tmp_path, url) as night:
        run_id = start_slowly(night)
        with repeated(lambda: execute(server, kill), 0.7):
            Event().wait(8)
        night.daily.engine.dispose()
        healed_at = now()
        row = audit(night, run_id, "every connection killed each 0.7 s", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"


def test_a_server_that_only_reads_for_a_while_leaves_nothing_half_written(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, server: PostgresServer, url: str
) -> None:
    drop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'chaos'"
    with night_on(chaos_stack, "reading", tmp_path, url) as night:
        run_id = start_slowly(night)
        execute(server, "ALTER DATABASE chaos SET default_transaction_read_only = on", drop)
        Event().wait(10)
        execute(server, "ALTER DATABASE chaos RESET default_transaction_read_only", drop)
        night.daily.engine.dispose()
        healed_at = now()
        row = audit(night, run_id, "PostgreSQL only reads for 10 s", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"


def test_a_full_disk_leaves_nothing_half_written(chaos_stack: LocalStack, tmp_path: Path, tell: Tell, url: str) -> None:
    with night_on(chaos_stack, "full", tmp_path, url) as night:
        run_id = start_slowly(night)
        injection = Injection(night.daily.engine)
        injection.refuse("rank_history", "53100")
        wait_for("refused save", lambda: night.daily.events("store_unavailable"), timeout_seconds=60)
        Event().wait(8)
        injection.end()
        healed_at = now()
        row = audit(night, run_id, "disk full (53100) at every save", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"


@pytest.mark.parametrize("conflict", ["deadlock (40P01)", "serialization failure (40001)"])
def test_transactions_that_are_taken_back_are_repeated(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, url: str, conflict: str
) -> None:
    with night_on(chaos_stack, conflict.partition(" ")[0], tmp_path, url) as night:
        Injection(night.daily.engine).refuse("observation", conflict[-6:-1], times=CONFLICTS)
        row = audit(night, start_slowly(night), f"{conflict} while saving, {CONFLICTS} times")
        repeated_tries = night.daily.events("transaction_repeated")
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"
    assert len(repeated_tries) >= CONFLICTS * 3 // 4


def test_a_stranger_that_locks_every_tracking_delays_only(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, url: str
) -> None:
    with night_on(chaos_stack, "locked", tmp_path, url) as night:
        run_id = start_slowly(night)
        with night.daily.engine.begin() as connection:
            connection.execute(text("SELECT 1 FROM tracking FOR UPDATE"))
            Event().wait(25)
        healed_at = now()
        row = audit(night, run_id, "every tracking locked for 25 s", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"


def test_a_locked_sqlite_file_delays_only(chaos_stack: LocalStack, tmp_path: Path, tell: Tell) -> None:
    with night_on(chaos_stack, "sqlite", tmp_path) as night:
        run_id = start_slowly(night)
        with night.daily.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK") if connection.in_transaction() else None
            connection.execute(text("UPDATE tracking SET current_session = current_session"))
            Event().wait(35)
            connection.rollback()
        healed_at = now()
        row = audit(night, run_id, "SQLite file locked for 35 s", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{2 * PAGES} succeeded"

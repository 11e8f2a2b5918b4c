"""A night of 100,000 trackings, judged and told, on real PostgreSQL: `make bench ARGS="-k judged_and_told"`."""

import os
from collections.abc import Iterator
from datetime import date
from time import perf_counter

import psutil
import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from infra.local.postgres import PostgresServer
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.connection.postgres_connection import lift_time_limits
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.notice import NoticeKind
from tests.evaluation.evaluation_world import EvaluationWorld
from tests.statement_counts import counting

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

#: Fewer for a machine that others are at work on.
TRACKINGS = int(os.environ.get("EVALUATED_TRACKINGS", "100000"))
DAYS, CLIENTS = 30, 1000
MOST_SECONDS_PER_1000 = 0.6
#: Judging 1,000 rows, and a share of the clients.
MOST_STATEMENTS_PER_1000 = 15
#: What the process may grow by after its tenth chunk.
MOST_GROWTH_BYTES = 32 << 20

#: The last night: one in ten has left, one in ten has dropped, one in twenty is exposed again; the others hardly move.
FILL = [
    "INSERT INTO agency (name, created_at) SELECT '업체 ' || n, now() FROM generate_series(1, 40) AS n",
    """INSERT INTO client (agency_id, name, created_at) SELECT 1 + n % 40, '광고주 ' || n, now()
    FROM generate_series(1, :clients) AS n""",
    """INSERT INTO tracking (kind, keyword, target_id, target_url, surface, device, location, client, agency, client_id,
    agency_id, status, current_session, created_at, target_rank)
    SELECT 'place', '강남역 맛집 ' || n, 'target/' || n, 'u', 'integrated', 'pc', '', '광고주 ' || 1 + n % :clients,
    '업체 ' || 1 + (1 + n % :clients) % 40, 1 + n % :clients, 1 + (1 + n % :clients) % 40, 'ACTIVE', 2,
    TIMESTAMPTZ '2025-12-01', CASE WHEN n % 2 = 0 THEN 10 END FROM generate_series(1, :trackings) AS n""",
    """INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation, closed_at)
    VALUES ('scheduled-20260130', 'SCHEDULED', 'CLOSED', DATE '2026-01-30', now(), now(), 0, 0, now())""",
    """INSERT INTO page_reading (id, run_id, surface, device, keyword, location, fetched_at, load_seconds, pages,
    status, final_url, parser_version, verdict, is_second_look, content)
    VALUES (1, 'scheduled-20260130', 'integrated', 'pc', 'k', '', now(), 1, 1, 200, '', 't', 'recognised', false,
    '{}')""",
    """INSERT INTO observation (id, tracking_id, run_id, page_reading_id, fetched_at, depth, block_absent)
    SELECT id, id, 'scheduled-20260130', 1, now(), 7, false FROM tracking""",
    """INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id,
    evaluated_version)
    SELECT id, DATE '2026-01-01' + n, CASE WHEN n <= 7 THEN 1 ELSE 2 END,
    CASE WHEN id % 20 = 0 AND n = 28 THEN NULL ELSE 1 + (id + n) % 3 END, 'ugB_bsR', 1 + (id + n) % 3, 7, 1, id, 1
    FROM tracking, generate_series(0, :days - 2) AS n ORDER BY n, id""",
    """INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id)
    SELECT id, DATE '2026-01-01' + :days - 1, 2, CASE WHEN id % 10 = 1 THEN NULL WHEN id % 10 = 2 THEN 12 ELSE 2 END,
    'ugB_bsR', 2, 7, 1, id FROM tracking ORDER BY id""",
    """INSERT INTO tracking_state (tracking_id, is_active, session, session_days, exposed_days, measured_days,
    ledger_days, last_date) SELECT id, true, 2, 25, 20, 22, 30, DATE '2026-01-30' FROM tracking""",
]


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    postgres_server.drop_database("evaluated")
    engine = create_store_engine(postgres_server.create_database("evaluated"))
    upgrade_schema(engine)
    with engine.begin() as connection:
        lift_time_limits(connection)
        # Foreign keys of millions of rows that are right by themselves.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in FILL:
            filled = statement.replace(":trackings", str(TRACKINGS)).replace(":days", str(DAYS))
            connection.exec_driver_sql(filled.replace(":clients", str(CLIENTS)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        lift_time_limits(connection)
        connection.execute(text("VACUUM ANALYZE"))
    yield engine
    engine.dispose()


class MeasuredWorld(EvaluationWorld):
    """Notes how large the process is after each commit."""

    sizes: list[int]
    told: int

    def commit(self) -> None:
        self.sizes.append(psutil.Process().memory_info().rss)
        self.told += len([notice for notice in self.pending if notice.kind is NoticeKind.DIGEST])
        self.pending.clear()


def test_a_night_is_judged_and_told_in_a_minute_by_a_constant_number_of_statements(engine: Engine) -> None:
    world = MeasuredWorld(SqlStore(engine), first=date(2026, 1, 30))
    world.sizes, world.told = [], 0
    world.clock.at = world.start_of(0)
    with capture_logs(), counting(engine) as counts:
        start = perf_counter()
        result = world.evaluate()
        seconds = perf_counter() - start
    thousands = TRACKINGS / 1000
    grown = max(world.sizes[10:], default=0) - world.sizes[min(9, len(world.sizes) - 1)]
    print(f"\n{TRACKINGS} trackings in {seconds:.1f} s: {result['events']} events, {world.told} digests")
    print(f"{1000 * seconds / thousands:.0f} ms and {counts.statements.total() / thousands:.1f} statements per 1,000")
    print(f"{world.sizes[-1] >> 20} MB at the end, {grown / (1 << 20):+.1f} MB since the tenth chunk; {counts.show()}")
    assert result["judged"] == TRACKINGS
    assert world.told == CLIENTS
    assert counts.statements.total() / thousands <= MOST_STATEMENTS_PER_1000
    assert grown <= MOST_GROWTH_BYTES
    assert seconds / thousands <= MOST_SECONDS_PER_1000
    with capture_logs(), counting(engine) as again:
        start = perf_counter()
        assert world.evaluate()["judged"] == 0
    print(f"again, with nothing to judge: {perf_counter() - start:.2f} s, {again.statements.total()} statements")

"""What the archive asks week after week is answered by an index, however much stays; statements are counted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.archive import Position
from sunwi.service.ports.outside import Transaction
from tests.archive.archive_world import ArchiveWorld
from tests.examples import NIGHT
from tests.statement_counts import counting

#: Rows of each table, of which a handful is looked at.
MANY = 20_000
LIMIT = 1_000
AFTER, BEFORE = Position(NIGHT + timedelta(days=1), (1_000,)), NIGHT + timedelta(days=400)
#: Of a table whose key is a text.
AFTER_JOB = Position(NIGHT + timedelta(days=1), ("00001",))
AFTER_ATTEMPT = Position(NIGHT + timedelta(days=1), ("00001", 1))

#: What is asked → the indexes that have to answer it.
ASKED: list[tuple[set[str], Callable[[Transaction], object]]] = [
    ({"ix_attempt_started"}, lambda tx: tx.archive.look("attempt", after=AFTER, before=BEFORE, limit=LIMIT)),
    (
        {"ix_observation_fetched", "ix_rank_history_observation"},
        lambda tx: tx.archive.look("observation", after=AFTER, before=BEFORE, limit=LIMIT),
    ),
    (
        {"ix_page_reading_fetched", "ix_observation_reading"},
        lambda tx: tx.archive.look("page_reading", after=AFTER, before=BEFORE, limit=LIMIT),
    ),
    ({"ix_canary_check_checked"}, lambda tx: tx.archive.look("canary_check", after=AFTER, before=BEFORE, limit=LIMIT)),
    (
        {"ix_watch_finding_resolved"},
        lambda tx: tx.archive.look("watch_finding", after=AFTER, before=BEFORE, limit=LIMIT),
    ),
    (
        {"ix_job_finished", "pk_job_attempt"},
        lambda tx: tx.archive.look("job_attempt", after=AFTER_ATTEMPT, before=BEFORE, limit=LIMIT),
    ),
    (
        {"ix_job_finished", "pk_job_attempt"},
        lambda tx: tx.archive.look("job", after=AFTER_JOB, before=BEFORE, limit=LIMIT),
    ),
    ({"ix_pool_change_at"}, lambda tx: tx.archive.look("pool_change", after=AFTER, before=BEFORE, limit=LIMIT)),
    ({"ix_audit_at"}, lambda tx: tx.archive.look("audit", after=AFTER, before=BEFORE, limit=LIMIT)),
    ({"pk_page_reading"}, lambda tx: tx.archive.contents(list(range(1, 250)))),
    ({"pk_page_reading"}, lambda tx: tx.archive.drop_contents(dict.fromkeys(range(1, 20), "0" * 64))),
    ({"ix_job_owner", "ix_job_notify"}, lambda tx: tx.personal_data.page("job", "kim-1", after=None, limit=LIMIT)),
]
#: Tables that may never be read whole.
LARGE = ("attempt", "observation", "page_reading", "rank_history", "job", "job_attempt", "audit")
SQLITE_NAMES = {
    "pk_page_reading": "INTEGER PRIMARY KEY",
    "pk_job_attempt": "sqlite_autoindex_job_attempt_1",
}

#: `n` counts them; AT(n) and DAY(n) are a time and a date that grow with it.
FILL = [
    """INSERT INTO attempt (run_id, tracking_id, message_id, number, started_at, page_loads, is_permanent)
    SELECT 'scheduled-20260102', 1, 'p' || n, n, AT(n), 1, false FROM n""",
    """INSERT INTO page_reading (run_id, surface, device, keyword, location, fetched_at, load_seconds, pages, status,
    final_url, parser_version, verdict, is_second_look, content) SELECT 'scheduled-20260102', 'integrated', 'pc',
    '말 ' || n, '', AT(n), 1, 1, 200, '', 't', 'recognised', false, '{}' FROM n""",
    """INSERT INTO observation (tracking_id, run_id, page_reading_id, fetched_at, depth, block_absent)
    SELECT 1, run_id, id, fetched_at, 0, false FROM page_reading WHERE keyword <> '강남역 맛집'""",
    """INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id)
    SELECT 3, DAY(n), 1, 1, 'a', 1, 1, 1, n FROM n WHERE n > 5""",
    """INSERT INTO canary_check (run_id, number, checked_at, surfaces, failures)
    SELECT 'x' || n, 0, AT(n), '[]', '[]' FROM n""",
    """INSERT INTO watch_finding (key, kind, subject, extent, detail, first_seen_at, last_seen_at, resolved_at)
    SELECT 'k' || n, 'missing_run', 's', 1, 'd', AT(n), AT(n), AT(n) FROM n""",
    """INSERT INTO job (id, work, params, owner, position, priority, state, generation, attempts, not_before,
    ready_since, limit_seconds, ran_seconds, expires_at, progress, version, created_at, finished_at)
    SELECT 'j' || n, 'export', '{}', 'kim-' || n, 0, 0, 'SUCCEEDED', 1, 1, AT(n), AT(n), 1, 1, AT(n), 100, 1, AT(n),
    AT(n) FROM n""",
    "INSERT INTO job_attempt (job_id, generation, admitted_at, seconds) SELECT 'j' || n, 1, AT(n), 1 FROM n",
    """INSERT INTO pool_change (at, before, after, paused, reason, changed_by)
    SELECT AT(n), 1, 2, '', 'limits', 'kim' FROM n""",
    "INSERT INTO audit (at, actor, action, subject) SELECT AT(n), 'kim', 'done', 's' FROM n",
]


def fill(engine: Engine, statement: str, rows: int, *, at: str, day: str = "") -> None:
    """Insert as many rows."""
    insert, _, select = statement.replace("AT(n)", at).replace("DAY(n)", day).partition("SELECT")
    numbers = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {rows}) "  # noqa: S608 - of our own
    with engine.begin() as connection:
        connection.execute(text(f"{insert}{numbers}SELECT{select}"))


def moment(engine: Engine, at: datetime, minutes: int = 0) -> str:
    """Return SQL of a time that moves on with `n`."""
    if engine.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%f', '{at:%Y-%m-%d %H:%M:%S}', (n * {minutes}) || ' minutes') || '000'"
    return f"TIMESTAMPTZ '{at:%Y-%m-%d %H:%M:%S}+00' + n * INTERVAL '{minutes} minutes'"


@pytest.fixture
def filled(old: ArchiveWorld) -> ArchiveWorld:
    """A row an hour, for more than two years."""
    old.add_night(NIGHT)
    is_sqlite = old.engine.dialect.name == "sqlite"
    day = "date('2026-01-02', n || ' days')" if is_sqlite else "DATE '2026-01-02' + n"
    for statement in FILL:
        fill(old.engine, statement, MANY, at=moment(old.engine, NIGHT, 60), day=day)
    with old.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return old


def plans_of(engine: Engine, ask: Callable[[Transaction], object]) -> str:
    asked: list[tuple[str, Any]] = []

    def keep(*call: Any) -> None:
        asked.append((call[2], call[3]))

    event.listen(engine, "before_cursor_execute", keep)
    with SqlStore(engine).begin() as tx:
        ask(tx)
    event.remove(engine, "before_cursor_execute", keep)
    prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.begin() as connection:
        planned = [(sql, values) for sql, values in asked if not sql.startswith(("BEGIN", "SET"))]
        rows = [row for sql, values in planned for row in connection.exec_driver_sql(prefix + sql, values)]
    return "\n".join(str(row) for row in rows)


def check_plans(engine: Engine, indexes: set[str], ask: Callable[[Transaction], object]) -> None:
    plans = plans_of(engine, ask)
    for index in indexes:
        name = SQLITE_NAMES.get(index, index) if engine.dialect.name == "sqlite" else index
        assert name in plans, f"{index} is not used:\n{plans}"
    for table in LARGE:
        assert f"Seq Scan on {table} " not in plans, plans
        assert f"SCAN {table}'" not in plans, plans


def test_what_is_asked_week_after_week_is_answered_by_indexes(filled: ArchiveWorld) -> None:
    for indexes, ask in ASKED:
        check_plans(filled.engine, indexes, ask)


def test_rows_are_deleted_by_their_keys_and_who_refers_to_them_is_found_by_an_index(filled: ArchiveWorld) -> None:
    for table in ("attempt", "observation", "page_reading", "job_attempt", "job"):

        def delete(tx: Transaction, table: str = table) -> object:
            seen = tx.archive.look(table, after=Position(NIGHT), before=BEFORE, limit=20)
            lines = tx.archive.lines(table, [row.key for row in seen])
            return tx.archive.delete(table, list(lines.values()))

        check_plans(filled.engine, set(), delete)


def test_statements_are_constant_for_each_part(old: ArchiveWorld) -> None:
    """Of n parts of attempts, each takes as many statements as any other."""
    old.add_night(NIGHT)
    old.add_night(NIGHT + timedelta(days=300))
    old.world.clock.at = NIGHT + timedelta(days=120)
    old.archive()
    taken = []
    for parts in (1, 2, 3):
        attempts = FILL[0].replace("'p' || n", f"'q{parts}-' || n")
        day = NIGHT + timedelta(days=30 + 3 * parts)
        fill(old.engine, attempts, 5_000 * parts, at=moment(old.engine, day))
        old.add_night(NIGHT + timedelta(days=300 + parts))
        old.world.clock.at = NIGHT + timedelta(days=121 + 3 * parts)
        with counting(old.engine) as counts:
            job = old.archive()
        assert job.result is not None
        assert (job.result["rows"], job.result["parts"]) == ({"attempt": 5_000 * parts}, {"attempt": parts})
        taken.append(counts.statements.total())
    assert taken[2] - taken[1] == taken[1] - taken[0] <= 40

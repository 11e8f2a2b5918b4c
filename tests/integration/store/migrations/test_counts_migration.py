from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.session_fault import SessionFaultKind
from sunwi.service.ledger.audit_sessions import AuditSessions
from sunwi.service.ledger.recount_sessions import RecountSessions
from sunwi.testing import ManualClock
from tests.examples import NIGHT

FIRST = date(2025, 12, 1)
FILL = [
    (
        "INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation) VALUES "
        "('r', 'MANUAL', 'CLOSED', '2026-01-02', '2026-01-01 16:00:00', '2026-01-01 17:00:00', 0, 0)"
    ),
    (
        "INSERT INTO tracking (id, kind, keyword, target_id, target_url, surface, device, location, client, agency, "
        "status, current_session, created_at) VALUES (1, 'place', 'k', '1', 'u', 'integrated', 'pc', '', '', '', "
        "'ACTIVE', 2, '2026-01-01 00:00:00')"
    ),
    (
        "INSERT INTO page_reading (id, run_id, surface, device, keyword, location, fetched_at, load_seconds, pages, "
        "status, final_url, parser_version, verdict, is_second_look, content) VALUES "
        "(1, 'r', 'integrated', 'pc', 'k', '', '2026-01-01 16:00:00', 1, 1, 200, '', 't', 'recognised', FALSE, '{}')"
    ),
    (
        "INSERT INTO observation (id, tracking_id, run_id, page_reading_id, fetched_at, rank, area, page_rank, depth, "
        "block_absent, matched_by) VALUES (1, 1, 'r', 1, '2026-01-01 16:00:00', 3, 'a', 3, 7, FALSE, 'own')"
    ),
]
DAY = (
    "INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, "
    "observation_id, matched_by) VALUES (1, :day, 1, 3, 'a', 3, 7, 1, 1, 'own')"
)
CORRECTED = (
    "INSERT INTO correction (tracking_id, date, page_reading_id, old_depth, new_rank, new_depth, old_parser_version, "
    "new_parser_version, corrected_at, reason) VALUES (1, :day, 1, 7, 3, 7, 't', 'u', '2026-01-02 00:00:00', 'because')"
)
TABLES = ("rank_history", "correction")


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of before, with a session of 26 days, the first of which was corrected to be exposed."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade("0008")
    with engine.begin() as connection:
        for statement in FILL:
            connection.execute(text(statement))
        for number in range(26):
            connection.execute(text(DAY), {"day": (FIRST + timedelta(days=number)).isoformat()})
        connection.execute(text(CORRECTED), {"day": FIRST.isoformat()})
    yield engine
    engine.dispose()


def downgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def faults(engine: Engine) -> list[tuple[SessionFaultKind, int]]:
    return [(fault.kind, fault.sums.counted) for fault in AuditSessions(SqlStore(engine)).find()]


def test_what_was_counted_before_still_counts_and_a_session_of_26_is_reported(old_engine: Engine) -> None:
    assert upgrade_schema(old_engine).is_current
    with SqlStore(old_engine).read() as tx:
        assert [row.is_counted for row in tx.ledger.history(1)] == [True] * 26
        assert [(row.old_counts, row.new_counts) for row in tx.corrections.history(1)] == [(True, True)]
    assert faults(old_engine) == [(SessionFaultKind.OVER_FULL, 26)]


def test_a_crawler_of_the_release_before_writes_days_that_count(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with old_engine.begin() as connection:
        connection.execute(text(DAY), {"day": "2026-03-01"})
    with SqlStore(old_engine).read() as tx:
        assert tx.ledger.count_exposed(1, 1) == 27


def test_going_back_keeps_every_day_and_correction_and_the_doctor_finds_what_was_set_apart(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    store = SqlStore(old_engine)
    RecountSessions(store=store, clock=ManualClock(NIGHT)).recount(1, apply=True)
    assert faults(old_engine) == []
    downgrade(old_engine, "0008")
    with old_engine.connect() as connection:
        sums = [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES]  # noqa: S608 - of our own
    assert sums == [26, 2]
    upgrade_schema(old_engine)
    assert faults(old_engine) == [(SessionFaultKind.OVER_FULL, 26)]

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.exposure_criteria import ANY_AREA

FILL = [
    (
        "INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation) VALUES "
        "('r', 'MANUAL', 'CLOSED', '2026-01-02', '2026-01-01 16:00:00', '2026-01-01 17:00:00', 0, 0)"
    ),
    (
        "INSERT INTO tracking (id, kind, keyword, target_id, target_url, surface, device, location, client, agency, "
        "status, current_session, created_at) VALUES (1, 'place', 'k', '1', 'u', 'integrated', 'pc', '', '', '', "
        "'ACTIVE', 1, '2026-01-01 00:00:00')"
    ),
    (
        "INSERT INTO page_reading (id, run_id, surface, device, keyword, location, fetched_at, load_seconds, pages, "
        "status, final_url, parser_version, verdict, is_second_look, content) VALUES "
        "(1, 'r', 'integrated', 'pc', 'k', '', '2026-01-01 16:00:00', 1, 1, 200, '', 't', 'recognised', FALSE, '{}'), "
        "(2, 'r', 'integrated', 'pc', 'k', '', '2026-01-02 16:00:00', 1, 1, 200, '', 't', 'recognised', FALSE, '{}')"
    ),
    (
        "INSERT INTO observation (id, tracking_id, run_id, page_reading_id, fetched_at, rank, area, page_rank, depth, "
        "block_absent, matched_by, near_rank) VALUES (1, 1, 'r', 1, '2026-01-01 16:00:00', 3, 'nmb_rnk', 3, 7, FALSE, "
        "'own', NULL), (2, 1, 'r', 2, '2026-01-02 16:00:00', NULL, NULL, NULL, 7, FALSE, 'author', 4)"
    ),
    (
        "INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, "
        "observation_id) VALUES (1, '2026-01-02', 1, 3, 'nmb_rnk', 3, 7, 1, 1), (1, '2026-01-03', 1, NULL, NULL, NULL, "
        "7, 1, 2)"
    ),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of before, with one exposed and one missed day."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade("0005")
    with engine.begin() as connection:
        for statement in FILL:
            connection.execute(text(statement))
    yield engine
    engine.dispose()


def test_what_was_stored_before_counted_everything_and_days_say_what_their_observations_say(
    old_engine: Engine,
) -> None:
    assert upgrade_schema(old_engine).is_current
    with SqlStore(old_engine).read() as tx:
        [tracking] = tx.trackings.list()
        days = [(row.rank, row.matched_by, row.near_area, row.near_rank) for row in tx.ledger.history(1)]
        looks = tx.corrections.observations_of_run("r")
    assert tracking.counting == ANY_AREA
    assert [look.counting for look in looks] == [ANY_AREA, ANY_AREA]
    assert days == [(3, "own", None, None), (None, "author", None, 4)]


def test_a_crawler_of_the_release_before_can_still_write(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with old_engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO page_reading (id, run_id, surface, device, keyword, location, fetched_at, load_seconds, "
                "pages, status, final_url, parser_version, verdict, is_second_look, content) SELECT 3, run_id, "
                "surface, device, keyword, location, '2026-01-03 16:00:00', 1, 1, 200, '', 't', verdict, "
                "is_second_look, content FROM page_reading WHERE id = 2"
            )
        )
        connection.execute(
            text(
                "INSERT INTO observation (id, tracking_id, run_id, page_reading_id, fetched_at, depth, block_absent) "
                "VALUES (3, 1, 'r', 3, '2026-01-03 16:00:00', 7, FALSE)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO rank_history (tracking_id, date, session_number, depth, looks, observation_id) "
                "VALUES (1, '2026-01-04', 1, 7, 1, 3)"
            )
        )
    with SqlStore(old_engine).read() as tx:
        assert tx.corrections.observations_of_run("r")[2].counting == ANY_AREA
        last = tx.ledger.last(1)
    assert last is not None
    assert (last.rank, last.matched_by) == (None, None)

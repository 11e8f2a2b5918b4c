"""Contents may move out, the index and the audit come; back, and forward again, with rows that point to each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from tests.archive.archive_world import ArchiveWorld
from tests.examples import NIGHT, new_reading, new_run, page_key, recognised

REVISION, BEFORE = "0021", "0020"
TABLES = {"archive_part", "archive_mark", "audit"}
#: What the release before writes of a page and of what was observed in it.
ROWS = [
    """INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation) VALUES
    ('r', 'SCHEDULED', 'CLOSED', '2026-01-02', '2026-01-02 00:00:00', '2026-01-02 00:00:00', 0, 0)""",
    """INSERT INTO tracking (id, kind, keyword, target_id, target_url, surface, device, location, client, agency,
    status, current_session, created_at) VALUES
    (7, 'place', 'k', '1', 'u', 'integrated', 'pc', '', '', '', 'ACTIVE', 1, '2026-01-02 00:00:00')""",
    """INSERT INTO page_reading (id, run_id, surface, device, keyword, location, fetched_at, load_seconds, pages,
    status, final_url, parser_version, verdict, is_second_look, content) VALUES
    (5, 'r', 'integrated', 'pc', 'k', '', '2026-01-02 00:00:00', 1.5, 1, 200, 'u', 't', 'recognised', false,
    '{"a":  1}')""",
    """INSERT INTO observation (id, tracking_id, run_id, page_reading_id, fetched_at, depth, block_absent) VALUES
    (9, 7, 'r', 5, '2026-01-02 00:00:00', 1, false)""",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the release before, with a page and an observation."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade(BEFORE)
    with engine.begin() as connection:
        for statement in ROWS:
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)


def content(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT CAST(content AS TEXT) FROM page_reading WHERE id = 5")).scalar_one()


def is_nullable(engine: Engine) -> bool:
    (found,) = [one for one in inspect(engine).get_columns("page_reading") if one["name"] == "content"]
    return bool(found["nullable"])


def test_contents_may_move_and_everything_stays_as_it_was(old_engine: Engine) -> None:
    assert not is_nullable(old_engine)
    assert upgrade_schema(old_engine).is_current
    assert is_nullable(old_engine)
    assert content(old_engine) == '{"a":  1}'
    with old_engine.begin() as connection:
        connection.execute(text("UPDATE page_reading SET content = NULL, content_sha256 = 'x'"))
    if old_engine.dialect.name == "sqlite":
        with old_engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with pytest.raises(Exception, match=r"(?i)foreign key"), old_engine.begin() as connection:
        connection.execute(text("DELETE FROM page_reading"))


def test_another_connection_sees_the_new_words_at_once(old_engine: Engine) -> None:
    other = create_store_engine(old_engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM page_reading")).scalar_one() == 1
    upgrade_schema(old_engine)
    with other.begin() as connection:
        connection.execute(text("UPDATE page_reading SET content = NULL"))
    other.dispose()


def test_going_back_and_forward_again_keeps_the_rows(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with old_engine.begin() as connection:
        connection.execute(text("UPDATE page_reading SET content = NULL, content_sha256 = 'x'"))
    downgrade(old_engine)
    assert not is_nullable(old_engine)
    assert content(old_engine) == "null"
    assert TABLES.isdisjoint(inspect(old_engine).get_table_names())
    assert "content_sha256" not in {one["name"] for one in inspect(old_engine).get_columns("page_reading")}
    with old_engine.connect() as connection:
        assert connection.execute(text("SELECT page_reading_id FROM observation")).scalars().all() == [5]
    assert upgrade_schema(old_engine).is_current
    assert is_nullable(old_engine)


def test_the_release_before_goes_on_writing_and_reading_pages(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with old_engine.begin() as connection:
        connection.exec_driver_sql(ROWS[2].replace("(5,", "(6,").replace("'k'", "'l'"))
        found = connection.execute(text("SELECT CAST(content AS TEXT) FROM page_reading WHERE keyword = 'l'"))
        assert found.scalar_one() == '{"a":  1}'


def test_what_is_archived_can_be_stored_at_once(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with SqlStore(old_engine).begin() as tx:
        tx.runs.add(new_run(), None)
        tx.readings.add(new_reading("scheduled-20260102", recognised("1")))
        assert tx.readings.find("scheduled-20260102", page_key(), since=NIGHT) is not None
    world = ArchiveWorld.on(old_engine)
    world.let_pass()
    assert world.archive().result is not None

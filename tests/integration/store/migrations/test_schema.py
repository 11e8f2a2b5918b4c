import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from sunwi.adapters.sql.connection import migrations
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import SqlSchema, schema_version, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import Base
from sunwi.errors import ConfigurationError, StoreUnavailable


def test_the_migrations_make_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_constraint_and_index_has_the_name_the_models_give(engine: Engine) -> None:
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        modelled = {str(index.name) for index in table.indexes}
        # PostgreSQL lists the indexes behind unique constraints too.
        found = {index["name"] for index in inspector.get_indexes(table.name) if not index.get("duplicates_constraint")}
        assert found == modelled
        assert inspector.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"
        assert foreign_key_names(engine, table.name) == {str(key.name) for key in table.foreign_key_constraints}


def foreign_key_names(engine: Engine, table: str) -> set[str | None]:
    """Of a key that SQLite took together with its column, the name stands only in the table's own text."""
    names = {key["name"] for key in inspect(engine).get_foreign_keys(table)}
    if engine.dialect.name != "sqlite":
        return names
    with engine.connect() as connection:
        statement = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        written: str = connection.execute(statement, {"name": table}).scalar_one()
    return (names - {None}) | set(re.findall(r"CONSTRAINT (\w+) REFERENCES", written))


def test_upgrading_a_current_database_changes_nothing(engine: Engine) -> None:
    before = schema_version(engine)
    assert before.is_current
    assert upgrade_schema(engine) == before


def test_an_empty_database_has_no_version(tmp_path: Path) -> None:
    version = schema_version(create_store_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert version.current is None
    assert not version.is_current


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_upgrades_at_once_both_end_well(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if database == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("fresh")
        url = server.create_database("fresh")
    engines = [create_store_engine(url) for _ in range(3)]
    with ThreadPoolExecutor(len(engines)) as pool:
        versions = list(pool.map(upgrade_schema, engines))
    assert all(version.is_current for version in versions)
    for engine in engines:
        engine.dispose()


@pytest.fixture
def empty_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without tables, on PostgreSQL."""
    server = request.getfixturevalue("postgres_server")
    server.drop_database("fresh")
    engine = create_store_engine(server.create_database("fresh"))
    yield engine
    engine.dispose()


def test_an_upgrade_goes_as_far_as_it_is_told_and_never_back(empty_engine: Engine) -> None:
    schema = SqlSchema(empty_engine)
    changes = [schema.upgrade(revision) for revision in ("0001", "0002", "0001")]
    assert [(change.before, change.after) for change in changes] == [(None, "0001"), ("0001", "0002"), ("0002", "0002")]


def test_a_schema_of_a_later_release_is_left_as_it_is(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert upgrade_schema(engine).is_ahead
    assert schema_version(engine).current == "9999"


def test_a_revision_that_this_release_lacks_is_refused(engine: Engine) -> None:
    with pytest.raises(ConfigurationError, match="template and image are of two releases"):
        SqlSchema(engine).upgrade("9999")


def test_an_upgrade_does_not_queue_for_long_behind_those_who_use_a_table(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "TABLE_LOCK_SECONDS", 0.2)
    schema = SqlSchema(empty_engine)
    schema.upgrade("0001")
    other = create_store_engine(empty_engine.url.render_as_string(hide_password=False))
    with other.begin() as connection:
        connection.execute(text("LOCK TABLE rank_history IN ROW EXCLUSIVE MODE"))
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            schema.upgrade("0002")
        assert schema_version(empty_engine).current == "0001"
    other.dispose()
    assert schema.upgrade("0002").after == "0002"


BROKEN = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "broken", "{head}", None, None


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")
"""


def test_a_migration_that_breaks_half_way_leaves_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.MIGRATIONS, folder)
    before = schema_version(engine).current
    (folder / "versions" / "broken.py").write_text(BROKEN.format(head=before))
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    with pytest.raises(DBAPIError, match="nowhere"):
        upgrade_schema(engine)
    assert schema_version(engine).current == before
    assert "half" not in inspect(engine).get_table_names()


WITHOUT_LOCKS = """
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock' "
        "AND relation IN ('tracking'::regclass, 'circuit'::regclass)) THEN RAISE 'still locked'; END IF; END $$"
    )
"""


def test_each_revision_is_kept_and_lets_go_of_its_tables_before_the_next_begins(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    schema = SqlSchema(empty_engine)
    schema.upgrade("0012")
    folder, whole = tmp_path / "migrations", migrations.MIGRATIONS
    shutil.copytree(whole, folder)
    head = schema_version(empty_engine).head
    broken = BROKEN.replace("    op.create_table", WITHOUT_LOCKS.lstrip("\n") + "    op.create_table", 1)
    (folder / "versions" / "broken.py").write_text(broken.replace("{head}", str(head)))
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    with pytest.raises(DBAPIError, match="nowhere"):
        schema.upgrade("head")
    assert schema_version(empty_engine).current == head
    assert "half" not in inspect(empty_engine).get_table_names()


def test_an_upgrade_goes_on_where_one_before_it_was_stopped(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "TABLE_LOCK_SECONDS", 0.2)
    schema = SqlSchema(empty_engine)
    schema.upgrade("0012")
    other = create_store_engine(empty_engine.url.render_as_string(hide_password=False))
    with other.begin() as connection:
        # 0013 changes circuits, 0014 trackings.
        connection.execute(text("LOCK TABLE tracking IN ACCESS SHARE MODE"))
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            schema.upgrade("head")
        assert schema_version(empty_engine).current == "0013"
    other.dispose()
    change = schema.upgrade("head")
    assert (change.before, change.after) == ("0013", schema_version(empty_engine).head)


def test_the_schema_is_read_while_another_process_writes(sqlite_engine: Engine) -> None:
    with SqlStore(sqlite_engine).begin():
        assert schema_version(sqlite_engine).is_current


def test_foreign_keys_are_enforced_on_sqlite_too(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.migrations import schema_version, upgrade_schema
from sunwi.adapters.sql_engine import create_store_engine
from sunwi.adapters.sql_store import SqlStore
from sunwi.adapters.tables import Base


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
        named = {key["name"] for key in inspector.get_foreign_keys(table.name)}
        assert named == {str(key.name) for key in table.foreign_key_constraints}


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


def test_the_schema_is_read_while_another_process_writes(sqlite_engine: Engine) -> None:
    with SqlStore(sqlite_engine).begin():
        assert schema_version(sqlite_engine).is_current


def test_foreign_keys_are_enforced_on_sqlite_too(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"

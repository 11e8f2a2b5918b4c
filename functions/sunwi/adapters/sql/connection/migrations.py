"""Alembic migrations, the same on both databases."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, select
from typing_extensions import override

from sunwi.adapters.sql.connection.engine import store_errors
from sunwi.adapters.sql.connection.postgres_connection import lift_time_limits
from sunwi.adapters.sql.connection.read_only import READ_ONLY
from sunwi.domain.schema_version import SchemaVersion
from sunwi.errors import ConfigurationError
from sunwi.service.ports.schema import SchemaState
from sunwi.service.upkeep.migrate_database import SchemaChange

#: Beside `functions/` in the repository, beside the task root in the image, and within it in a zip.
_PLACES = (Path(__file__).parents[5], Path(__file__).parents[4])
MIGRATIONS = next(
    (found for place in _PLACES if (found := place / "infra" / "migrations").is_dir()),
    _PLACES[0] / "infra" / "migrations",
)

#: The newest revision that this release has.
HEAD = "head"

#: Number of PostgreSQL's advisory lock that one upgrade at a time holds; any number that nobody else takes.
_UPGRADE_LOCK = 0x73756E7769

#: How long a change of a table waits for those who use it. Everybody who comes later waits behind it.
TABLE_LOCK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class SqlSchema(SchemaState):
    """The schema of one database."""

    engine: Engine

    def upgrade(self, revision: str) -> SchemaChange:
        """Bring it to a revision, in one transaction; one upgrade at a time, others wait.

        Raises:
            StoreUnavailable: The database cannot be reached, or its tables are in use.
            ConfigurationError: This release has no such revision.
        """
        config = _config()
        scripts = ScriptDirectory.from_config(config)
        _require(scripts, revision)
        with store_errors(), self.engine.begin() as connection:
            _wait_for_turn(connection)
            before = _current(connection)
            if _is_unknown(scripts, before):
                return SchemaChange(before=before, after=before, is_ahead=True)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            return SchemaChange(before=before, after=_current(connection))

    @override
    def version(self) -> SchemaVersion:
        return schema_version(self.engine)


def upgrade_schema(engine: Engine) -> SchemaVersion:
    """Bring a database to the newest schema; does nothing when it is there or beyond. One at a time, others wait.

    Raises:
        StoreUnavailable: The database cannot be reached, or its tables are in use.
    """
    SqlSchema(engine).upgrade(HEAD)
    return schema_version(engine)


def schema_version(engine: Engine) -> SchemaVersion:
    """Read where a database's schema stands.

    Raises:
        StoreUnavailable: The database cannot be reached.
    """
    scripts = ScriptDirectory.from_config(_config())
    with store_errors(only_reads=True), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        current = _current(connection)
    return SchemaVersion(current=current, head=scripts.get_current_head(), is_ahead=_is_unknown(scripts, current))


def _wait_for_turn(connection: Connection) -> None:
    """Wait until nobody else upgrades; SQLite lets one transaction write at a time anyway."""
    if connection.dialect.name == "postgresql":
        lift_time_limits(connection)
        connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_LOCK_SECONDS}s'")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _require(scripts: ScriptDirectory, revision: str) -> None:
    if revision != HEAD and _is_unknown(scripts, revision):
        raise ConfigurationError(
            f"this release has no schema revision {revision} (its newest is {scripts.get_current_head()}): template "
            "and image are of two releases, so build and deploy them together (make deploy)",
            code="schema_revision_unknown",
            revision=revision,
            newest=scripts.get_current_head(),
        )


def _is_unknown(scripts: ScriptDirectory, revision: str | None) -> bool:
    """Return whether a revision is none of this release's."""
    if revision is None:
        return False
    try:
        return scripts.get_revision(revision) is None
    except CommandError:
        return True


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config

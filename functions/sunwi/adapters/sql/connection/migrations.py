"""Alembic migrations, the same on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

#: Number of PostgreSQL's advisory lock that one upgrade at a time holds for a revision; nobody else takes it.
_UPGRADE_LOCK = 0x73756E7769

#: How long a change of a table waits for those who use it. Everybody who comes later waits behind it.
TABLE_LOCK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class SqlSchema(SchemaState):
    """The schema of one database."""

    engine: Engine

    def upgrade(self, revision: str) -> SchemaChange:
        """Bring it to a revision, on PostgreSQL in one transaction for each on the way; one upgrade at a time.

        Whoever uses the tables waits for one revision, not for all. One that breaks leaves the tables at the revision
        before it, from which the next try goes on.

        Raises:
            StoreUnavailable: The database cannot be reached, or its tables are in use.
            ConfigurationError: This release has no such revision.
        """
        config = _config()
        scripts = ScriptDirectory.from_config(config)
        _require(scripts, revision)
        with store_errors(), self.engine.connect() as connection:
            config.attributes["connection"] = connection
            change = first = _upgrade_once(connection, config, scripts, revision)
            while change.after != change.before:
                change = _upgrade_once(connection, config, scripts, revision)
        return replace(change, before=first.before)

    @override
    def version(self) -> SchemaVersion:
        return schema_version(self.engine)

    @staticmethod
    def knows(revision: str) -> bool:
        """Return whether a revision is one of this release's."""
        return not _is_unknown(ScriptDirectory.from_config(_config()), revision)


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


def _upgrade_once(connection: Connection, config: Config, scripts: ScriptDirectory, revision: str) -> SchemaChange:
    """Go as far towards a revision as one transaction does, from wherever another upgrade has come meanwhile."""
    with connection.begin():
        _wait_for_turn(connection)
        before = _current(connection)
        if _is_unknown(scripts, before):
            return SchemaChange(before=before, after=before, is_ahead=True)
        if left := _revisions_left(scripts, before, revision):
            command.upgrade(config, left[0] if connection.dialect.name == "postgresql" else left[-1])
        return SchemaChange(before=before, after=_current(connection))


def _revisions_left(scripts: ScriptDirectory, current: str | None, revision: str) -> Sequence[str]:
    """Return the revisions that lead to one, which may be behind already; there is one line of them."""
    line = [script.revision for script in scripts.walk_revisions(head=revision)][::-1]
    if current is None:
        return line
    return line[line.index(current) + 1 :] if current in line else []


def _wait_for_turn(connection: Connection) -> None:
    """Wait until nobody else upgrades, for one transaction; SQLite lets one at a time write anyway."""
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

"""Alembic migrations, the same on both databases."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select

from sunwi.adapters.postgres_connection import lift_time_limits
from sunwi.adapters.sql_engine import READ_ONLY, store_errors

#: Beside `functions/` in the repository, and beside the task root in the image.
MIGRATIONS = Path(__file__).parents[3] / "infra" / "migrations"

#: Number of PostgreSQL's advisory lock that one upgrade at a time holds; any number that nobody else takes.
_UPGRADE_LOCK = 0x73756E7769


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """Where a database's schema stands; None means no migration has run."""

    current: str | None
    head: str | None

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.current == self.head


def upgrade_schema(engine: Engine) -> SchemaVersion:
    """Bring a database to the newest schema; does nothing when it is there. One at a time, others wait.

    Raises:
        StoreUnavailable: The database cannot be reached.
    """
    config = _config()
    with store_errors(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            lift_time_limits(connection)
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return schema_version(engine)


def schema_version(engine: Engine) -> SchemaVersion:
    """Read where a database's schema stands.

    Raises:
        StoreUnavailable: The database cannot be reached.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with store_errors(), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return SchemaVersion(current=current, head=head)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config

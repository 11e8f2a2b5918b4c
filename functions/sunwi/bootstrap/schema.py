"""What upgrades the database."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from time import sleep
from typing import Any

from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.bootstrap.adapters import Adapters
from sunwi.service.upkeep.migrate_database import MigrateDatabase


@dataclass(frozen=True)
class SchemaContainer(Adapters):
    """The database's schema."""

    @cached_property
    def migrate_database(self) -> MigrateDatabase:
        """Upgrades the schema."""
        return MigrateDatabase(schema=SqlSchema(self.engine), clock=self.clock, pause=sleep)

    def upgrade(self, revision: str, *, seconds: float) -> dict[str, Any]:
        """Bring the schema to a revision, or `head`, within so many seconds, and return what it found and left.

        Raises:
            SunwiError: The schema is as it was.
        """
        give_up_at = self.clock.now() + timedelta(seconds=seconds)
        return asdict(self.migrate_database.upgrade(revision, give_up_at=give_up_at))

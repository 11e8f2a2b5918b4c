"""What upgrades the database."""

from dataclasses import asdict
from datetime import timedelta
from functools import cached_property
from typing import Any

from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.bootstrap.adapters import Capability
from sunwi.service.upkeep.migrate_database import MigrateDatabase


class UpkeepContainer(Capability):
    """Care for the database."""

    @cached_property
    def migrate_database(self) -> MigrateDatabase:
        """Upgrades the schema."""
        adapters = self.adapters
        return MigrateDatabase(schema=SqlSchema(adapters.engine), clock=adapters.clock, pause=adapters.sleep)

    def upgrade(self, revision: str, *, seconds: float) -> dict[str, Any]:
        """Bring the schema to a revision, or `head`, within so many seconds, and return what it found and left.

        Raises:
            SunwiError: The schema is as it was.
        """
        give_up_at = self.adapters.clock.now() + timedelta(seconds=seconds)
        return asdict(self.migrate_database.upgrade(revision, give_up_at=give_up_at))

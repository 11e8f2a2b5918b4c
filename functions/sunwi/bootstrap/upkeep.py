"""What upgrades the database."""

from functools import cached_property

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

"""What upgrades the database."""

from dataclasses import dataclass
from functools import cached_property
from time import sleep

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

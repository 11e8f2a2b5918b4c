"""Bring the database's schema to what a release needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from sunwi.errors import StoreUnavailable
from sunwi.service.ports.outside import Clock

#: Pause before the next attempt when the database is away or its tables are in use, in seconds.
RETRY_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """What an upgrade found and left; None means no migration has run.

    Attributes:
        is_ahead: A later release has been here: the schema is left as it was.
    """

    before: str | None
    after: str | None
    is_ahead: bool = False


class Schema(Protocol):
    """The tables' version."""

    def upgrade(self, revision: str) -> SchemaChange:
        """Bring the schema to a revision or leave it where it is beyond, each on the way whole or not at all.

        Raises:
            StoreUnavailable: The database cannot be reached, or its tables are in use.
            ConfigurationError: This release has no such revision.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateDatabase:
    """Upgrade the schema, waiting for a database that is away.

    Attributes:
        pause: Waits for so many seconds.
    """

    schema: Schema
    clock: Clock
    pause: Callable[[float], None]

    def upgrade(self, revision: str, *, give_up_at: datetime) -> SchemaChange:
        """Bring the schema to a revision, any number of times with the same effect.

        Args:
            revision: Of a migration, or `head` for this release's newest.
            give_up_at: Aware; the last attempt begins before it.

        Raises:
            StoreUnavailable: The database was away, or its tables in use, until the end.
            ConfigurationError: This release has no such revision.
        """
        while True:
            try:
                change = self.schema.upgrade(revision)
            except StoreUnavailable as error:
                if (give_up_at - self.clock.now()).total_seconds() <= RETRY_SECONDS:
                    raise
                log.warning("migration_waits", error=str(error))
                self.pause(RETRY_SECONDS)
            else:
                log.info("schema_upgraded", before=change.before, after=change.after, is_ahead=change.is_ahead)
                return change

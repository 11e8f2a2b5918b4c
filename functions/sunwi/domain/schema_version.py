"""Where a database's schema stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The schema that a database has, and the one that this release needs; None means no migration has run.

    Attributes:
        is_ahead: A later release has migrated it; this one must not touch it.
    """

    current: str | None
    head: str | None
    is_ahead: bool = False

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.current == self.head

    @property
    def is_behind(self) -> bool:
        """Whether this release has something to migrate."""
        return not self.is_current and not self.is_ahead

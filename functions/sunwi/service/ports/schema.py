"""The tables' version, as a Protocol."""

from typing import Protocol

from sunwi.domain.schema_version import SchemaVersion


class SchemaState(Protocol):
    """The tables' version."""

    def version(self) -> SchemaVersion:
        """Read where the schema stands.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        ...

"""A schema of a chosen revision."""

from dataclasses import dataclass, field

from sunwi.domain.schema_version import SchemaVersion
from sunwi.errors import StoreUnavailable


@dataclass
class FakeSchemaState:
    """A schema that is as a test says, after so many tries that found the database away."""

    stand: SchemaVersion = field(default_factory=lambda: SchemaVersion(current="0003", head="0003"))
    tries_away: int = 0

    def version(self) -> SchemaVersion:
        """Return where it stands.

        Raises:
            StoreUnavailable: It is still away.
        """
        if self.tries_away > 0:
            self.tries_away -= 1
            raise StoreUnavailable("the database cannot be reached")
        return self.stand

"""What forgetting a person needs of the database."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from sunwi.domain.archive import Key
from sunwi.domain.personal_data import PersonalColumns


class PersonalPage(NamedTuple):
    """Rows that may name a person.

    Attributes:
        lines: As `Archive` has them; some only have something that has to be looked into.
        last: Key behind which to go on; None after the last row.
    """

    lines: Sequence[str]
    last: Key | None


class PersonalData(Protocol):
    """Rows that name people."""

    def tables(self) -> Mapping[str, PersonalColumns]:
        """Return where each table may name somebody."""
        ...

    def page(self, table: str, person: str, *, after: Key | None, limit: int) -> PersonalPage:
        """Return rows that may name a person, by key, as they are now."""
        ...

    def change(self, table: str, lines: Sequence[str], person: str, *, pseudonym: str) -> int:
        """Take a person out of rows; return the number of those that named the person.

        Args:
            table: Theirs.
            lines: Of a `page`.
            person: Whom.
            pseudonym: What takes the person's place.
        """
        ...

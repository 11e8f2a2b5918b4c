"""List what is archived, by table and month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sunwi.domain.archive import ArchivePart
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMonth:
    """A table's rows of one month.

    Attributes:
        parts: By number.
    """

    table: str
    month: str
    parts: Sequence[ArchivePart]

    @property
    def rows(self) -> int:
        """Rows in its files."""
        return sum(part.file.rows for part in self.parts)

    @property
    def bytes(self) -> int:
        """As they are stored, gzipped."""
        return sum(part.file.bytes for part in self.parts)

    @property
    def restored_at(self) -> datetime | None:
        """When rows of it were last given back, as far as they are still in the database."""
        return max((part.restored_at for part in self.parts if part.restored_at), default=None)

    @property
    def is_under_way(self) -> bool:
        """Whether rows of it are in a file already, and have not left the database."""
        return any(part.emptied_at is None and part.restored_at is None for part in self.parts)


@dataclass(frozen=True, slots=True)
class ListArchive:
    """Lists archived months."""

    store: Store

    def months(self, table: str | None = None) -> Sequence[ArchivedMonth]:
        """Return what is archived of a table, or of all, by table and month.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            parts = tx.archive_index.parts(table=table)
        return [
            ArchivedMonth(table=name, month=month, parts=list(same))
            for (name, month), same in groupby(parts, lambda part: (part.table, part.month))
        ]

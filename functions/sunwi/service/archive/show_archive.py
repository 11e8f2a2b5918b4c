"""Show rows that are archived."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sunwi.errors import InvalidInput
from sunwi.service.archive.part_file import read_part
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArchive:
    """Reads archived rows; the files are proved as they are read."""

    store: Store
    files: ArchiveFiles

    def rows(self, table: str, month: str, *, text: str = "") -> Iterator[Mapping[str, Any]]:
        """Return the archived rows of a table's month, a part at a time.

        Args:
            table: Name of it.
            month: `2026-01`.
            text: Only rows that have it somewhere, as it is written in JSON.

        Raises:
            InvalidInput: Nothing is archived of it.
            Permanent: A file is not there, or damaged.
            Retryable: Files or database cannot be reached.
        """
        with self.store.read() as tx:
            parts = tx.archive_index.parts(table=table, month=month)
        if not parts:
            raise nothing_archived(table, month)
        for part in parts:
            for line in read_part(self.files, part):
                if text in line:
                    yield json.loads(line)


def nothing_archived(table: str, month: str) -> InvalidInput:
    """Return the error of a month without parts."""
    return InvalidInput(
        f"nothing is archived of {table} in {month}", code="archive_month_empty", table=table, month=month
    )

"""Find what is held about a person, in the database and in its archive."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sunwi.domain.archive import ArchivePart, Key
from sunwi.domain.personal_data import PersonalColumns, check_person, names_of
from sunwi.service.archive.part_file import read_part
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Store

#: Rows that are looked into together.
PAGE_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A row that names a person.

    Attributes:
        month: Of its file in the archive; None of a row of the database.
        columns: By which it names the person.
        row: All of it, by column; JSON as text.
    """

    table: str
    month: str | None
    columns: Sequence[str]
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPerson:
    """Looks for a person wherever people may be named.

    Attributes:
        open_files: Opens the bucket, where something is archived that may name people.
    """

    store: Store
    open_files: Callable[[], ArchiveFiles]

    def find(self, text: str) -> Iterator[HeldRow]:
        """Return what is held about a person: of the database first, then of the archive.

        Args:
            text: An owner as lists show it, or an e-mail address.

        Raises:
            InvalidInput: It names nobody.
            Permanent: A file of the archive is not there, or damaged.
            Retryable: Files or database cannot be reached.
        """
        person = check_person(text)
        with self.store.read() as tx:
            tables = tx.personal_data.tables()
        for table, columns in tables.items():
            for lines in pages_of(self.store, table, person):
                yield from _naming(table, None, columns, lines, person)
        for part in personal_parts(self.store):
            archived = personal_lines(self.open_files(), part)
            yield from _naming(part.table, part.month, tables[part.table], archived, person)


def pages_of(store: Store, table: str, person: str) -> Iterator[Sequence[str]]:
    """Return the rows of a table that may name a person, in pages, each read in a transaction of its own."""
    after: Key | None = None
    while True:
        with store.read() as tx:
            page = tx.personal_data.page(table, person, after=after, limit=PAGE_ROWS)
        yield page.lines
        if page.last is None:
            return
        after = page.last


def personal_parts(store: Store) -> Sequence[ArchivePart]:
    """Return the archived parts whose rows may name somebody."""
    with store.read() as tx:
        tables = tx.personal_data.tables()
        return [part for part in tx.archive_index.parts() if part.table in tables]


def personal_lines(files: ArchiveFiles, part: ArchivePart) -> Iterator[str]:
    """Return the lines of a part; none where somebody was stopped before its file was there."""
    is_half_done = part.emptied_at is None and part.restored_at is None
    if is_half_done and files.find(part.file.key) is None:
        return iter(())
    return read_part(files, part)


def _naming(
    table: str, month: str | None, columns: PersonalColumns, lines: Iterable[str], person: str
) -> Iterator[HeldRow]:
    for line in lines:
        row = json.loads(line)
        if named := names_of(row, columns, person):
            yield HeldRow(table=table, month=month, columns=named, row=row)

"""What archiving needs of the database and of the bucket of files."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sunwi.domain.archive import ArchivePart, KeptBy, Key, Position


class TableOfArchive(NamedTuple):
    """A table whose old rows are archived.

    Attributes:
        parent: Table whose rows its own refer to, and which is archived behind it; of one month are both. None without.
        rows_at_once: Rows that are read together: so many of them fit into memory, whatever stands in them.
    """

    name: str
    kept_by: KeptBy
    parent: str | None
    rows_at_once: int


class SeenRow(NamedTuple):
    """A row that was looked at.

    Attributes:
        at: Date that its month follows from; aware UTC.
        is_free: Nothing that stays points to it.
    """

    at: datetime
    key: Key
    is_free: bool


class RestoredRows(NamedTuple):
    """What became of rows that were to be given back.

    Attributes:
        added: Put back.
        there: Were there already, letter by letter.
        different: A row of the same key says something else, and stays.
    """

    added: int
    there: int
    different: int


class StoredContent(NamedTuple):
    """The content of a page reading, or what proves it where it has moved to the archive.

    Attributes:
        text: JSON, letter by letter as it was stored; None once it has moved.
        sha256: Of the text, in hex; None until it moves.
    """

    text: str | None
    sha256: str | None


class Archive(Protocol):
    """Rows on their way out of the database, and back.

    A line is a row as one line of JSON, every column by its name; two equal lines are two equal rows.
    """

    def tables(self) -> Sequence[TableOfArchive]:
        """Return the tables in the order in which they are emptied: whatever refers goes before what it refers to."""
        ...

    def look(self, table: str, *, after: Position, before: datetime, limit: int) -> Sequence[SeenRow]:
        """Return rows behind a position and of before a time, by date and key; what is not over yet is left out."""
        ...

    def lines(self, table: str, keys: Sequence[Key]) -> Mapping[Key, str]:
        """Return rows as lines, by key."""
        ...

    def delete(self, table: str, lines: Sequence[str]) -> Sequence[str]:
        """Delete rows that are exactly as lines say and that nothing points to.

        Args:
            table: Theirs.
            lines: `PART_ROWS` at most.

        Returns:
            The lines whose row is still there: it has changed since, or something points to it.
        """
        ...

    def restore(self, table: str, lines: Sequence[str]) -> RestoredRows:
        """Put rows back as lines say, unless they are there.

        Args:
            table: Theirs; what its rows refer to is there.
            lines: `PART_ROWS` at most.
        """
        ...

    def contents(self, reading_ids: Sequence[int]) -> Mapping[int, str]:
        """Return the contents of page readings as text, by id; those that have moved are left out."""
        ...

    def drop_contents(self, sha256: Mapping[int, str]) -> None:
        """Take the contents out of page readings, and leave their hashes in the rows.

        Args:
            sha256: Of each content's text, by the reading's id.
        """
        ...

    def stored_content(self, reading_id: int) -> StoredContent | None:
        """Return what is stored of a page reading's content; None when there is no such reading."""
        ...


class ArchiveIndex(Protocol):
    """What the database knows of the archive."""

    def parts(self, *, table: str | None = None, month: str | None = None) -> Sequence[ArchivePart]:
        """Return parts by table, month and number."""
        ...

    def unsettled(self) -> Sequence[ArchivePart]:
        """Return the parts whose rows have not left the database, or whose earlier file has not been deleted."""
        ...

    def add(self, part: ArchivePart) -> None:
        """Add a part."""
        ...

    def save(self, part: ArchivePart) -> None:
        """Replace what is known of a part."""
        ...

    def remove(self, part: ArchivePart) -> None:
        """Forget a part."""
        ...

    def mark(self, step: str) -> datetime | None:
        """Return up to when everything of a table, or step, was looked at; None when nothing was."""
        ...

    def set_mark(self, step: str, until: datetime) -> None:
        """Store up to when everything of a table, or step, was looked at."""
        ...

    def take_lease(self, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take the archive, or go on having it, until a time.

        Returns:
            False when somebody else has it.
        """
        ...

    def drop_lease(self, holder: str) -> None:
        """Give the archive back, if this holder has it."""
        ...


class ArchiveFiles(Protocol):
    """The part of the bucket of files that is the archive."""

    def put_once(self, files: Mapping[str, bytes]) -> None:
        """Keep new gzipped files, by key, several at a time; one that is there already and says the same is fine.

        Raises:
            Retryable: Some could not be kept.
            Permanent: Something else is under one of the keys; it stays.
        """
        ...

    def replace(self, key: str, data: bytes) -> None:
        """Keep a file in place of whatever is under its key.

        Raises:
            Retryable: It could not be kept.
        """
        ...

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """Return files by key, several at a time.

        Raises:
            Retryable: Some cannot be read now.
            Permanent: One is not there.
        """
        ...

    def find(self, key: str) -> bytes | None:
        """Return a file; None when there is none, and never because it may not be read.

        Raises:
            Retryable: Nobody says whether there is one.
        """
        ...

    def delete(self, key: str) -> None:
        """Delete a file, if it is there.

        Raises:
            Retryable: It could not be deleted.
        """
        ...

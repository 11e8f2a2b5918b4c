"""What backups need of the world: programs that read and fill a database, a place for files, and a table."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sunwi.domain.backup import Backend, BackupFacts, BackupRecord, BackupState
from sunwi.domain.job import Job

#: Called with the bytes that have passed so far, after each piece and at least each second; ends the work by raising.
OnBytes = Callable[[int], None]


class ByteStream(Protocol):
    """Bytes, read once from the beginning to the end."""

    def read(self, size: int, /) -> bytes:
        """Return that many bytes, fewer only at the end, and none behind it.

        Raises:
            Retryable: They broke off.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseNow:
    """The database that is backed up, as it is now.

    Attributes:
        server_major: Major version of the server; None of SQLite.
        schema_revision: Of its tables; None without any.
    """

    backend: Backend
    database: str
    server_major: int | None
    schema_revision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpContents:
    """What a dump says of itself.

    Attributes:
        entries: All that it has: tables, their rows, indexes, keys.
    """

    tables: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTarget:
    """A database to restore into.

    Attributes:
        is_empty: It has no tables of anybody's.
        server_major: Major version of its server; None of SQLite.
        schema_revision: Of its tables; None without any.
    """

    is_empty: bool
    server_major: int | None
    schema_revision: str | None


class Dumps(Protocol):
    """Writes the database as one stream of bytes, and reads such streams."""

    def describe(self) -> DatabaseNow:
        """Look at the database, and whether it can be dumped.

        Raises:
            ConfigurationError: The programs are missing, or are older than the server.
            StoreUnavailable: The database cannot be reached.
        """
        ...

    def dump(self, on_bytes: OnBytes) -> AbstractContextManager[ByteStream]:
        """Begin to dump; the end of the stream is reached only if the whole dump was written.

        Leaving the block ends whatever still runs.

        Raises:
            Retryable: The database cannot be reached, refuses the login, or breaks off.
            ConfigurationError: The login may not read everything.
        """
        ...

    def inspect(self, stream: ByteStream, on_bytes: OnBytes) -> DumpContents:
        """Read a dump to its end, and return what it says of itself.

        Raises:
            Permanent: It is no dump.
            Retryable: The stream breaks off.
        """
        ...

    def target(self, name: str) -> RestoreTarget:
        """Look at another database on the same server.

        Raises:
            InvalidInput: There is none of that name, or it is the one that is in use.
            StoreUnavailable: It cannot be reached.
        """
        ...

    def restore(self, stream: ByteStream, name: str, on_bytes: OnBytes, *, approve: Callable[[], None]) -> None:
        """Read a dump into an empty database, all of it or nothing.

        Args:
            stream: The dump.
            name: Of the database, on the same server.
            on_bytes: Told how far it is.
            approve: Called when the stream was read to its end, before anything is kept; takes it all back by raising.

        Raises:
            Retryable: The database cannot be reached, or the stream breaks off; nothing is kept.
            Permanent: The database refuses what is in the dump; nothing is kept.
        """
        ...


class BackupFiles(Protocol):
    """The bucket of files, as far as backups go."""

    def put(self, key: str, stream: ByteStream) -> None:
        """Store a stream of any length; what it raises passes, and nothing is left of it then.

        Raises:
            Retryable: The bucket refuses, or cannot be reached; nothing is left.
        """
        ...

    def open(self, key: str) -> AbstractContextManager[ByteStream]:
        """Read what was stored.

        Raises:
            InvalidInput: There is nothing under that key.
            Retryable: The bucket cannot be reached, or breaks off.
        """
        ...

    def put_facts(self, facts: BackupFacts) -> None:
        """Write down beside a backup that it is whole.

        Raises:
            Retryable: The bucket refuses, or cannot be reached.
        """
        ...

    def facts(self, key: str) -> BackupFacts:
        """Return what is written down beside a backup.

        Raises:
            InvalidInput: There is nothing: the backup was never whole, or is gone.
            Retryable: The bucket cannot be reached.
        """
        ...


class Backups(Protocol):
    """What became of jobs of `WORKS`, by job."""

    def record(self, record: BackupRecord) -> None:
        """Store what became of a job, in place of what became of an earlier try at it."""
        ...

    def latest(self, backend: Backend, database: str) -> BackupRecord | None:
        """Return the last whole backup of a database; None when there is none."""
        ...

    def has_monthly(self, backend: Backend, database: str, *, since: datetime) -> bool:
        """Return whether a good backup of a database, begun since an aware instant, is kept for longer."""
        ...

    def list(self, limit: int) -> Sequence[BackupRecord]:
        """Return backups, good or not, newest first."""
        ...

    def find(self, key: str) -> BackupRecord | None:
        """Return the backup that is stored under a key; None when none is known."""
        ...

    def set_state(self, key: str, state: BackupState, *, at: datetime) -> None:
        """Store what a backup was when it was read again; one that is not known stays so."""
        ...

    def unrecorded_failures(self, works: Collection[str], *, since: datetime, limit: int) -> Sequence[Job]:
        """Return jobs of some kinds that failed since then and whose end is not recorded, oldest first.

        One that expired has failed, and a backup that was cancelled: there is none, whatever ended it.
        """
        ...

"""What backups need of the world, in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

from typing_extensions import override

from sunwi.domain.backup import Backend, BackupFacts
from sunwi.errors import InvalidInput, Permanent, Retryable
from sunwi.service.ports.kept.backups import (
    BackupFiles,
    ByteStream,
    DatabaseNow,
    DumpContents,
    Dumps,
    OnBytes,
    RestoreTarget,
)

#: Bytes of one read.
PIECE = 1000
#: What an archive begins with.
MAGIC = b"PGDMP"


@dataclass
class _Pieces(ByteStream):
    data: BytesIO
    on_bytes: OnBytes
    breaks_at: int | None = None

    @override
    def read(self, size: int, /) -> bytes:
        piece = self.data.read(size)
        self.on_bytes(self.data.tell())
        if self.breaks_at is not None and self.data.tell() > self.breaks_at:
            raise Retryable("the stream has broken off")
        return piece


@dataclass
class InMemoryDumps(Dumps):
    """A database that is one text of bytes.

    Attributes:
        data: Of a dump.
        breaks_at: So many bytes are read, then it breaks off.
        error: Raised when the database is looked at.
        targets: Other databases on the server.
        restored: What was restored, by the database's name.
    """

    data: bytes = MAGIC + bytes(range(256)) * 40
    now: DatabaseNow = field(
        default_factory=lambda: DatabaseNow(
            backend=Backend.POSTGRESQL, database="sunwi", server_major=17, schema_revision="0020"
        )
    )
    breaks_at: int | None = None
    error: Exception | None = None
    targets: dict[str, RestoreTarget] = field(default_factory=dict)
    restored: dict[str, bytes] = field(default_factory=dict)
    is_read: bool = False

    @override
    def describe(self) -> DatabaseNow:
        if self.error is not None:
            raise self.error
        return self.now

    @override
    @contextmanager
    def dump(self, on_bytes: OnBytes) -> Iterator[ByteStream]:
        self.is_read = True
        try:
            yield _Pieces(BytesIO(self.data), on_bytes, self.breaks_at)
        finally:
            self.is_read = False

    @override
    def inspect(self, stream: ByteStream, on_bytes: OnBytes) -> DumpContents:
        data = _all(stream, on_bytes)
        if not data.startswith(MAGIC):
            program, cause = "pg_restore", "it is no dump"
            raise Permanent(
                f"{program} cannot read the dump: {cause}", code="dump_unreadable", program=program, cause=cause
            )
        return DumpContents(tables=2, entries=7)

    @override
    def target(self, name: str) -> RestoreTarget:
        if name not in self.targets:
            raise InvalidInput("there is no such database")
        return self.targets[name]

    @override
    def restore(self, stream: ByteStream, name: str, on_bytes: OnBytes, *, approve: Callable[[], None]) -> None:
        data = _all(stream, on_bytes)
        approve()
        self.restored[name] = data
        self.targets[name] = RestoreTarget(is_empty=False, server_major=17, schema_revision="0020")


@dataclass
class InMemoryBackupFiles(BackupFiles):
    """A bucket that has a file whole or not at all.

    Attributes:
        refuses: Nothing can be stored.
        breaks_at: So many bytes of a stored file are sent, then it breaks off.
        taken_back: Keys of which something was stored and taken back.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    written_down: dict[str, BackupFacts] = field(default_factory=dict)
    refuses: bool = False
    breaks_at: int | None = None
    taken_back: list[str] = field(default_factory=list)

    @override
    def put(self, key: str, stream: ByteStream) -> None:
        if self.refuses:
            raise Retryable("the bucket refuses")
        try:
            self.files[key] = _all(stream, lambda _done: None)
        except Exception:
            self.taken_back.append(key)
            raise

    @override
    @contextmanager
    def open(self, key: str) -> Iterator[ByteStream]:
        if key not in self.files:
            raise InvalidInput("there is no such file")
        yield _Pieces(BytesIO(self.files[key]), lambda _done: None, self.breaks_at)

    @override
    def put_facts(self, facts: BackupFacts) -> None:
        self.written_down[facts.key] = facts

    @override
    def facts(self, key: str) -> BackupFacts:
        if key not in self.written_down:
            raise InvalidInput("nothing is written down")
        return self.written_down[key]


def _all(stream: ByteStream, on_bytes: OnBytes) -> bytes:
    data = b""
    while piece := stream.read(PIECE):
        data += piece
        on_bytes(len(data))
    return data

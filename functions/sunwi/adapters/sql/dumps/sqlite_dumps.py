"""Dump and restore SQLite by a compact copy of its file, compressed; for the local stack and small machines."""

import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine
from typing_extensions import override

from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.adapters.sql.connection.server_version import database_name
from sunwi.domain.backup import Backend
from sunwi.domain.typed_text import quote
from sunwi.errors import Conflict, Permanent, StoreUnavailable
from sunwi.service.ports.kept.backups import ByteStream, DatabaseNow, DumpContents, Dumps, OnBytes, RestoreTarget

_PIECE_BYTES = 1 << 20
#: Of zlib: a gzip header, without a time in it.
_GZIP = 16 + zlib.MAX_WBITS
#: How long a copy waits for whoever writes.
_BUSY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class SqliteDumps(Dumps):
    """Copies of a SQLite file; a copy lies in the folder for temporary files while it is read."""

    engine: Engine

    @override
    def describe(self) -> DatabaseNow:
        return DatabaseNow(
            backend=Backend.SQLITE,
            database=database_name(self.engine),
            server_major=None,
            schema_revision=schema_version(self.engine).current,
        )

    @override
    @contextmanager
    def dump(self, on_bytes: OnBytes) -> Iterator[ByteStream]:
        with tempfile.TemporaryDirectory(prefix="sunwi-backup-") as folder:
            copy = Path(folder) / "copy.db"
            self._copy(copy)
            on_bytes(0)
            with copy.open("rb") as file:
                yield _Compressed(file, on_bytes)

    @override
    def inspect(self, stream: ByteStream, on_bytes: OnBytes) -> DumpContents:
        with tempfile.TemporaryDirectory(prefix="sunwi-backup-") as folder:
            copy = Path(folder) / "copy.db"
            _decompress(stream, copy, on_bytes)
            return _check(copy)

    @override
    def target(self, name: str) -> RestoreTarget:
        path = self._target(name)
        return RestoreTarget(
            is_empty=not path.exists() or path.stat().st_size == 0,
            server_major=None,
            schema_revision=_revision(path) if path.exists() else None,
        )

    @override
    def restore(self, stream: ByteStream, name: str, on_bytes: OnBytes, *, approve: Callable[[], None]) -> None:
        path = self._target(name)
        draft = path.with_suffix(".restoring")
        try:
            _decompress(stream, draft, on_bytes)
            _check(draft)
            approve()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return Path(self.engine.url.database or "")

    def _target(self, name: str) -> Path:
        """Return the file of a database beside the one in use."""
        path = self._file.with_name(f"{name}.db")
        if path == self._file:
            raise Conflict(
                f"the database {quote(name)} is the one in use: a backup is restored into another, empty one",
                code="restore_into_itself",
                into=name,
            )
        return path

    def _copy(self, path: Path) -> None:
        try:
            with closing(sqlite3.connect(self._file, timeout=_BUSY_SECONDS)) as connection:
                connection.execute("VACUUM INTO ?", (str(path),))
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"the database cannot be copied: {error}",
                code="database_not_copied",
                cause=str(error),
            ) from error


@dataclass(slots=True)
class _Compressed(ByteStream):
    """A file, compressed as it is read."""

    file: IO[bytes]
    on_bytes: OnBytes
    _compressor: Any = field(default_factory=lambda: zlib.compressobj(wbits=_GZIP))
    _ready: bytearray = field(default_factory=bytearray)
    _passed: int = 0
    _is_over: bool = False

    @override
    def read(self, size: int, /) -> bytes:
        while len(self._ready) < size and not self._is_over:
            piece = self.file.read(_PIECE_BYTES)
            self._ready += self._compressor.compress(piece) if piece else self._compressor.flush()
            self._is_over = not piece
            self.on_bytes(self._passed + len(self._ready))
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        self._passed += len(taken)
        return taken


def _decompress(stream: ByteStream, path: Path, on_bytes: OnBytes) -> None:
    decompressor, passed = zlib.decompressobj(wbits=_GZIP), 0
    with path.open("wb") as file:
        while piece := stream.read(_PIECE_BYTES):
            passed += len(piece)
            on_bytes(passed)
            try:
                file.write(decompressor.decompress(piece))
            except zlib.error as error:
                raise _no_dump(str(error)) from error
        file.write(decompressor.flush())
    if not decompressor.eof:
        raise _no_dump("it ends in the middle")


def _check(path: Path) -> DumpContents:
    """Read a copy as a database.

    Raises:
        Permanent: It is none, or is damaged.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            [(said,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
            kinds = [kind for (kind,) in connection.execute("SELECT type FROM sqlite_master")]
    except sqlite3.Error as error:
        raise _no_dump(str(error)) from error
    if said != "ok":
        raise _no_dump(said)
    return DumpContents(tables=kinds.count("table"), entries=len(kinds))


def _revision(path: Path) -> str | None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else str(row[0])


def _no_dump(cause: str) -> Permanent:
    program = "sqlite"
    return Permanent(f"{program} cannot read the dump: {cause}", code="dump_unreadable", program=program, cause=cause)

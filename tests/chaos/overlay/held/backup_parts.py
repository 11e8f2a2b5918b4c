"""The bucket of backups with points at which the worker is held, and small parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sunwi.adapters.aws.backup_files import S3BackupFiles
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.backup import BackupContainer

from .points import ANY, reach

#: The least that S3 takes as a part.
PART_BYTES = 5 << 20
#: Bytes of which the first part has gone.
_HALF_STORED = PART_BYTES + (1 << 20)
_PIECE = 1 << 20


@dataclass
class _HeldStream:
    """A dump that is held once its first part is stored."""

    stream: Any
    passed: int = 0

    def read(self, size: int, /) -> bytes:
        """Read on, a megabyte at a time."""
        pieces: list[bytes] = []
        while size > 0 and (piece := self.stream.read(min(size, _PIECE))):
            pieces.append(piece)
            size -= len(piece)
            if self.passed < _HALF_STORED <= self.passed + len(piece):
                reach("half_stored", ANY)
            self.passed += len(piece)
        return b"".join(pieces)


@dataclass
class HeldFiles:
    """The bucket, with points: half stored, stored, and written down."""

    files: Any

    def put(self, key: str, stream: Any) -> None:
        """Store a backup."""
        self.files.put(key, _HeldStream(stream))
        reach("stored", ANY)

    @contextmanager
    def open(self, key: str) -> Iterator[Any]:
        """Read a backup."""
        with self.files.open(key) as stored:
            yield stored

    def put_facts(self, facts: Any) -> None:
        """Write down that it is whole."""
        self.files.put_facts(facts)
        reach("written_down", ANY)

    def facts(self, key: str) -> Any:
        """Read what was written down."""
        return self.files.facts(key)


def hold_backups(adapters: Adapters) -> None:
    """Put the bucket with points in place of the plain one."""
    given: dict[str, object] = {}
    if adapters.settings.files_bucket:
        plain = S3BackupFiles(adapters.aws_client("s3"), adapters.settings.files_bucket, part_bytes=PART_BYTES)
        given["files"] = HeldFiles(plain)
    adapters.compose(BackupContainer, **given)

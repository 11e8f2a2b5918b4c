"""A stream whose bytes are counted and hashed as they are read."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from typing_extensions import override

from sunwi.domain.backup import BackupFacts
from sunwi.service.ports.kept.backups import ByteStream


@dataclass(slots=True)
class MeasuredStream(ByteStream):
    """Passes a stream on.

    Attributes:
        size_bytes: Read so far.
    """

    stream: ByteStream
    size_bytes: int = 0
    _hash: Any = field(default_factory=sha256, repr=False)

    @override
    def read(self, size: int, /) -> bytes:
        piece = self.stream.read(size)
        self.size_bytes += len(piece)
        self._hash.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        """Of what was read so far, in hex."""
        digest: str = self._hash.hexdigest()
        return digest

    def is_whole(self, facts: BackupFacts) -> bool:
        """Return whether what was read so far is a backup, byte for byte."""
        return (self.size_bytes, self.sha256) == (facts.size_bytes, facts.sha256)

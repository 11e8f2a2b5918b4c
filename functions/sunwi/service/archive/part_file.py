"""The file of a part: lines, gzipped, and the hash that proves them."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from sunwi.domain.archive import ArchivePart, PartFile
from sunwi.errors import Permanent
from sunwi.service.ports.kept.archive import ArchiveFiles

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Packed:
    """Lines as they are stored.

    Attributes:
        rows: Number of the lines.
        sha256: Of the data, in hex.
    """

    data: bytes
    rows: int
    sha256: str


class Packer:
    """Packs lines as they come: of those that were given only what they are packed to is kept."""

    def __init__(self) -> None:
        self.rows = 0
        self._packed = BytesIO()
        # Neither name nor time: the same lines are the same bytes.
        self._file = gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=self._packed, mtime=0)

    def add(self, line: str) -> None:
        """Add a line."""
        self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")
        self.rows += 1

    def finish(self) -> Packed:
        """Return what was packed; nothing can be added any more."""
        self._file.close()
        data = self._packed.getvalue()
        return Packed(data, self.rows, hashlib.sha256(data).hexdigest())


def pack(lines: Iterable[str]) -> Packed:
    """Pack lines."""
    packer = Packer()
    for line in lines:
        packer.add(line)
    return packer.finish()


def unpack(data: bytes) -> Iterator[str]:
    """Return the lines of a file, in order."""
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        for line in file:
            yield line[:-1].decode("utf-8", "surrogatepass")


def check_file(file: PartFile, data: bytes) -> None:
    """Require that a file is what its part says, and count its lines.

    Raises:
        Permanent: It is damaged, or another one.
    """
    found = hashlib.sha256(data).hexdigest()
    rows = sum(1 for _ in unpack(data)) if found == file.sha256 else -1
    if rows != file.rows:
        raise Permanent(
            f"the file {file.key} of the archive is not what was written: SHA-256 {found[:12]}, not {file.sha256[:12]}",
            code="archive_file_damaged",
            key=file.key,
            found=found[:12],
            wanted=file.sha256[:12],
        )


def read_part(files: ArchiveFiles, part: ArchivePart) -> Iterator[str]:
    """Return the lines of a part, in order, once its file is proved.

    Raises:
        Permanent: The file is not there, or damaged.
        Retryable: It cannot be read now.
    """
    data = files.get([part.file.key])[part.file.key]
    check_file(part.file, data)
    return unpack(data)

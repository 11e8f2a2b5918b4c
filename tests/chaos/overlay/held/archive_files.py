"""The archive's bucket, with a point behind each kind of write."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .points import reach

#: Stands where a point has a job's id: the bucket does not know whose write it is.
NOBODY = "archive"


@dataclass(frozen=True)
class HeldArchiveFiles:
    """The bucket: parts, contents and manifests can be held behind."""

    files: Any

    def put_once(self, files: Mapping[str, bytes]) -> None:
        """Keep new files."""
        self.files.put_once(files)
        is_content = any("/readings/" in key for key in files)
        reach("behind_content" if is_content else "behind_part", NOBODY)

    def replace(self, key: str, data: bytes) -> None:
        """Keep a file in place of another."""
        self.files.replace(key, data)
        reach("behind_manifest", NOBODY)

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """Return files."""
        found: Mapping[str, bytes] = self.files.get(keys)
        return found

    def find(self, key: str) -> bytes | None:
        """Return a file, if there is one."""
        found: bytes | None = self.files.find(key)
        return found

    def delete(self, key: str) -> None:
        """Delete a file."""
        self.files.delete(key)

"""The archive's files in memory."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from sunwi.errors import Permanent, Retryable
from sunwi.service.ports.kept.archive import ArchiveFiles


@dataclass
class InMemoryArchiveFiles(ArchiveFiles):
    """Files by key.

    Attributes:
        is_away: Nothing can be reached.
        behind: Called with the name of a method and the key behind each write, and before its answer.
        writes: Names of methods and keys, in order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    is_away: bool = False
    behind: Callable[[str, str], None] = lambda _method, _key: None
    writes: list[tuple[str, str]] = field(default_factory=list)

    @override
    def put_once(self, files: Mapping[str, bytes]) -> None:
        for key, data in files.items():
            self._reach()
            if self.files.setdefault(key, data) != data:
                raise Permanent(f"{key} holds something else")
            self._tell("put_once", key)

    @override
    def replace(self, key: str, data: bytes) -> None:
        self._reach()
        self.files[key] = data
        self._tell("replace", key)

    @override
    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        self._reach()
        if missing := [key for key in keys if key not in self.files]:
            raise Permanent(f"there is no file {missing[0]}")
        return {key: self.files[key] for key in keys}

    @override
    def find(self, key: str) -> bytes | None:
        self._reach()
        return self.files.get(key)

    @override
    def delete(self, key: str) -> None:
        self._reach()
        self.files.pop(key, None)
        self._tell("delete", key)

    def _reach(self) -> None:
        if self.is_away:
            raise Retryable("the store of files cannot be reached")

    def _tell(self, method: str, key: str) -> None:
        self.writes.append((method, key))
        self.behind(method, key)

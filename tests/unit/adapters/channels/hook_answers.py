"""A client that answers as a test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sunwi.adapters.http.guarded_client import Answer


@dataclass
class CannedHook:
    """Answers every request alike, and keeps it."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        self.asked.append((method, url, body or b"", dict(headers or {})))
        if self.error is not None:
            raise self.error
        return Answer(url=url, status=self.status, headers=self.headers, body=self.body, is_cut=False)

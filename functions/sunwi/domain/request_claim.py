"""Requests that may be repeated: one key of one account stands for one request and its one answer.

Source: docs/api.md, idempotency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: How long an answer is kept, and its key means the same request.
REQUEST_KEPT = timedelta(hours=24)
#: A request without an answer for so long was cut off: the next one with its key goes on. The gateway waits for 30 s.
TAKEN_OVER_AFTER = timedelta(seconds=60)
#: Of an answer's body as it is stored, compressed.
MAX_KEPT_BYTES = 256 * 1024
MAX_REQUEST_KEY_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """What a request is known by.

    Attributes:
        owner: Of the account that asks.
        key: As it came; unique for its owner.
        fingerprint: SHA-256 of method, path and body, as hex digits: another one under the same key is refused.
    """

    owner: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer, as it was sent.

    Attributes:
        body: None where it was too large to be kept, or holds a secret.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestClaim:
    """A request that somebody works on, or has answered.

    Attributes:
        generation: From 1, one more each time that it is taken over.
        claimed_at: When this generation began; aware UTC.
        answer: None while it is worked on.
    """

    request: RequestKey
    generation: int
    claimed_at: datetime
    answer: KeptAnswer | None = None

    def has_expired(self, at: datetime) -> bool:
        """Return whether its key is free for another request."""
        return at >= self.claimed_at + REQUEST_KEPT

    def free_at(self) -> datetime:
        """Return when it may be taken over, if it has no answer until then."""
        return self.claimed_at + TAKEN_OVER_AFTER

"""What is kept of requests over HTTP: keys with their answers, links to files, and failures to come in."""

from datetime import datetime, timedelta
from typing import Protocol

from sunwi.domain.access_failure import AccessKind
from sunwi.domain.file_link import FileLink
from sunwi.domain.request_claim import KeptAnswer, RequestClaim, RequestKey


class Requests(Protocol):
    """Requests by their keys."""

    def add(self, request: RequestKey, *, at: datetime) -> bool:
        """Store the first claim of a key; False when there is one, whosever transaction it was."""
        ...

    def find(self, owner: str, key: str) -> RequestClaim | None:
        """Return what is known of a key."""
        ...

    def take_over(self, claim: RequestClaim, request: RequestKey, *, at: datetime) -> bool:
        """Replace a claim by the next generation's; False when somebody else did, or it was answered meanwhile."""
        ...

    def answer(self, claim: RequestClaim, answer: KeptAnswer) -> bool:
        """Store an answer; False when the claim was taken over."""
        ...

    def release(self, claim: RequestClaim) -> bool:
        """Forget a claim without an answer; False when it was taken over."""
        ...

    def delete_old(self, before: datetime, limit: int) -> int:
        """Delete the oldest claims from before a time, and return how many."""
        ...


class FileLinks(Protocol):
    """Links to files."""

    def add(self, link: FileLink) -> None:
        """Store a link."""
        ...

    def find(self, token_hash: str) -> FileLink | None:
        """Return the link of a token."""
        ...

    def delete_expired(self, before: datetime, limit: int) -> int:
        """Delete links that expired before a time, the oldest first, and return how many."""
        ...


class AccessFailures(Protocol):
    """Counts of those who could not come in."""

    def count(self, kind: AccessKind, subject: str, *, window: datetime) -> int:
        """Count one more failure of a subject in a window, and return how many there are.

        Args:
            kind: What was tried.
            subject: SHA-256 of an address or a name, as hex digits.
            window: When it begins.
        """
        ...

    def delete_old(self, before: datetime, limit: int) -> int:
        """Delete counts of windows from before a time, and return how many."""
        ...


class LinkSigner(Protocol):
    """Signs addresses of files of another origin."""

    def sign(self, link: FileLink, *, life: timedelta) -> str:
        """Return an address under which a link's file can be fetched for a while, to be saved under its name.

        Raises:
            ConfigurationError: Nothing can be signed: no bucket, or no credentials.
        """
        ...

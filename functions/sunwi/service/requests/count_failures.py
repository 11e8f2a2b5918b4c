"""Count those who could not come in, and have them wait when there are too many of one address."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sunwi.domain.access_failure import FAILURE_WINDOW, MOST_FAILURES, AccessKind, window_of
from sunwi.errors import Retryable
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts


@dataclass(frozen=True, slots=True)
class CountFailures:
    """Count failures by kind and by where they came from; only failures cost a statement."""

    store: Store

    @retry_conflicts
    def count(self, kind: AccessKind, source: str, *, at: datetime) -> None:
        """Count one more failure.

        Args:
            kind: What was tried.
            source: An address, or a prefix of a key; stored as a hash.
            at: Aware.

        Raises:
            Retryable: There are too many of this source: it is to wait (`too_many_failures`).
            StoreUnavailable: The database cannot be reached.
        """
        window = window_of(at)
        with self.store.begin() as tx:
            failures = tx.access_failures.count(kind, sha256(source.encode()).hexdigest(), window=window)
        if failures > MOST_FAILURES:
            raise Retryable(
                "too many attempts have failed: wait for a while, and check what you sign in with",
                code="too_many_failures",
                retry_after_seconds=max(1, round((window + FAILURE_WINDOW - at).total_seconds())),
            )

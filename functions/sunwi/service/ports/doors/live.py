"""What the use cases need of open pages: their tables, and the service that holds their connections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sunwi.domain.job import Job
from sunwi.domain.live import Connection, Subscription, Watcher


class LivePages(Protocol):
    """Stored tickets, connections, and what they watch."""

    def add_ticket(self, ticket_hash: str, watcher: Watcher, *, expires_at: datetime) -> None:
        """Store a new ticket."""
        ...

    def take_ticket(self, ticket_hash: str, *, at: datetime) -> Watcher | None:
        """Delete a ticket and return whose it was, by one statement; None when there is none that holds."""
        ...

    def connect(self, connection_id: str, watcher: Watcher, *, at: datetime) -> None:
        """Store a new connection."""
        ...

    def of_account(self, account_id: str) -> Sequence[str]:
        """Return the connections of an account, the oldest first."""
        ...

    def of_session(self, session_hash: str, account_id: str) -> Sequence[str]:
        """Return the connections of one session of an account."""
        ...

    def find(self, connection_id: str) -> Connection | None:
        """Return a connection, by one statement; None when there is none."""
        ...

    def watch(self, connection_id: str, topic: str) -> bool:
        """Store that a connection watches something, if it does not; False when it watches too much already."""
        ...

    def disconnect(self, connection_ids: Sequence[str]) -> None:
        """Delete connections and what they watch."""
        ...

    def watchers(self, job: Job) -> tuple[int, Sequence[Subscription]]:
        """Return a job's version and who watches it or all of its owner's, by one statement.

        Returns:
            0 and nobody where nobody does; whoever subscribed first comes first, `MOST_TOLD` at most.
        """
        ...

    def dead(self, *, at: datetime, limit: int) -> Sequence[str]:
        """Return connections whose session or account has ended, or that AWS has ended by now."""
        ...

    def delete_tickets(self, before: datetime, limit: int) -> int:
        """Delete tickets that had expired by a time, a few at most; return their number."""
        ...


class Connections(Protocol):
    """Holds connections of open pages."""

    def tell(self, connection_id: str, message: Mapping[str, object]) -> bool:
        """Send a message; False when the connection is gone.

        Raises:
            Retryable: The service cannot be reached.
        """
        ...

    def close(self, connection_id: str) -> None:
        """Close a connection; nothing where it is gone.

        Raises:
            Retryable: The service cannot be reached.
        """
        ...


class JobNudge(Protocol):
    """Tells open pages that a job has changed; called after the write, outside of its transaction."""

    def __call__(self, job: Job, *, is_end: bool = False) -> None:
        """Tell whoever watches; whatever goes wrong with it is nobody's matter.

        Args:
            job: That was written.
            is_end: It has ended, or waits again: told of at once.
        """
        ...


def nobody_watches(job: Job, *, is_end: bool = False) -> None:
    """Tell nobody."""

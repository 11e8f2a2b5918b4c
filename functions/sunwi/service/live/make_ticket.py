"""Make what a page may open one connection by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sunwi.domain.live import TICKET_LIFE, Watcher
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, for the page alone: it is neither stored nor logged.

    Attributes:
        address: Where it is good for one connection, without the ticket.
    """

    ticket: str
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeTicket:
    """Makes tickets.

    Attributes:
        address: Of the connections.
        new_secret: Returns 128 bits of chance as text.
    """

    store: Store
    address: str
    new_secret: Callable[[], str]

    @retry_conflicts
    def make(self, watcher: Watcher, *, at: datetime) -> Ticket:
        """Make a ticket that holds for half a minute.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        ticket, expires_at = self.new_secret(), at + TICKET_LIFE
        with self.store.begin() as tx:
            tx.live_pages.add_ticket(hash_of_ticket(ticket), watcher, expires_at=expires_at)
        return Ticket(ticket, self.address, expires_at)


def hash_of_ticket(ticket: str) -> str:
    """Return what is stored of a ticket."""
    return sha256(ticket.encode(errors="replace")).hexdigest()

"""Find the sessions that the rules of counting cannot explain."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunwi.domain.session_fault import SessionFault, find_fault
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True)
class AuditSessions:
    """Look through the sessions of all trackings."""

    store: Store

    def find(self) -> Sequence[SessionFault]:
        """Return what is wrong, by tracking and session.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            unusual = tx.ledger.unusual_sessions()
        return [fault for fault in map(find_fault, unusual) if fault is not None]

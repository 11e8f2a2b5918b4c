"""What is kept of who did what."""

from collections.abc import Sequence
from typing import Protocol

from sunwi.domain.account_list import AuditPage, AuditQuery
from sunwi.domain.audit import AuditEntry


class Audit(Protocol):
    """Things that somebody did; append-only."""

    def add(self, entry: AuditEntry) -> None:
        """Append an entry, in the transaction of what it tells of."""
        ...

    def latest(self, limit: int) -> Sequence[AuditEntry]:
        """Return the last entries, the latest first."""
        ...

    def page(self, query: AuditQuery) -> AuditPage:
        """Return one page of the entries, the latest first."""
        ...

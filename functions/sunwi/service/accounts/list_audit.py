"""List who did what."""

from dataclasses import dataclass

from sunwi.domain.account_list import AuditPage, AuditQuery
from sunwi.domain.actor import Actor
from sunwi.service.accounts.page_length import check_page_length
from sunwi.service.accounts.permissions import Action, require
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True)
class ListAudit:
    """Lists what was done."""

    store: Store

    def page(self, actor: Actor, query: AuditQuery) -> AuditPage:
        """Return one page, the latest first; what is older than a quarter of a year is in the archive.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The page's length is none that there is.
            StoreUnavailable: The database cannot be reached.
        """
        require(actor, Action.AUDIT_READ)
        check_page_length(query.limit)
        with self.store.read() as tx:
            return tx.audit.page(query)

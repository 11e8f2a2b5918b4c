"""List agencies and clients page by page, for whoever asks; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunwi.domain.actor import Actor, Role
from sunwi.domain.owner import Agency, Client
from sunwi.domain.owner_list import OwnerPage, OwnerQuery
from sunwi.errors import InvalidInput
from sunwi.service.owners.list_owners import LookAlikes, group_look_alikes
from sunwi.service.ports.outside import Store

#: Of one page, unless somebody asks for another number, and the most that anybody gets at once.
PAGE_LENGTH, MAX_PAGE_LENGTH = 50, 1000


@dataclass(frozen=True, slots=True)
class PageOwners:
    """Pages of agencies and clients that their asker may see."""

    store: Store

    def agencies(self, query: OwnerQuery) -> OwnerPage[Agency]:
        """Return one page of agencies, by name.

        Raises:
            InvalidInput: Its length is none from 1 to `MAX_PAGE_LENGTH`.
            StoreUnavailable: The database cannot be reached.
        """
        _check(query)
        with self.store.read() as tx:
            return tx.owner_lists.agencies(query)

    def clients(self, query: OwnerQuery) -> OwnerPage[Client]:
        """Return one page of clients, by the names of their agency and their own.

        Raises:
            InvalidInput: Its length is none from 1 to `MAX_PAGE_LENGTH`.
            StoreUnavailable: The database cannot be reached.
        """
        _check(query)
        with self.store.read() as tx:
            return tx.owner_lists.clients(query)

    def look_alikes(self, actor: Actor) -> LookAlikes:
        """Return those that an actor sees whose names look alike.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            agencies, clients = tx.owners.agencies(), tx.owners.clients()
        return group_look_alikes(_seen_agencies(actor, agencies), _seen_clients(actor, clients))


def _seen_agencies(actor: Actor, agencies: Sequence[Agency]) -> Sequence[Agency]:
    return [one for one in agencies if actor.sees_everything or one.id == actor.agency_id]


def _seen_clients(actor: Actor, clients: Sequence[Client]) -> Sequence[Client]:
    if actor.role is Role.ADVERTISER:
        return [one for one in clients if one.id == actor.client_id]
    return [one for one in clients if actor.sees_client(client_id=one.id, agency_id=one.agency_id)]


def _check(query: OwnerQuery) -> None:
    if not 1 <= query.limit <= MAX_PAGE_LENGTH:
        raise InvalidInput(
            f"a page cannot have {query.limit} rows: use 1 to {MAX_PAGE_LENGTH}",
            code="list_length_unusable",
            limit=query.limit,
            most=MAX_PAGE_LENGTH,
        )

"""List agencies and clients, and those whose names look alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sunwi.domain.owner import Agency, Client, find_look_alikes
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlikes:
    """Groups of two or more whose names differ in case, spaces or the way a letter is composed, and in nothing else.

    Attributes:
        agencies: Groups by name.
        clients: Groups by agency and name; clients of two agencies are never alike.
    """

    agencies: Sequence[Sequence[Agency]]
    clients: Sequence[Sequence[Client]]


@dataclass(frozen=True, slots=True)
class ListOwners:
    """List agencies and clients; what carries only names, from the release before, is linked first."""

    store: Store

    def agencies(self) -> Sequence[Agency]:
        """Return all agencies by name.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            tx.owners.link()
            return tx.owners.agencies()

    def clients(self) -> Sequence[Client]:
        """Return all clients by agency and name.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            tx.owners.link()
            return tx.owners.clients()

    def look_alikes(self) -> LookAlikes:
        """Return those whose names look alike: a person says whether they are one, and merges them.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            tx.owners.link()
            agencies, clients = tx.owners.agencies(), tx.owners.clients()
        return group_look_alikes(agencies, clients)


def group_look_alikes(agencies: Sequence[Agency], clients: Sequence[Client]) -> LookAlikes:
    """Group those whose names look alike.

    Args:
        agencies: In their order.
        clients: By agency, as lists have them.
    """
    by_name = {agency.name: agency for agency in agencies}
    groups: list[list[Client]] = []
    for _, of_agency in groupby(clients, key=lambda client: client.agency_id):
        named = {client.name: client for client in of_agency}
        groups += [[named[name] for name in names] for names in find_look_alikes(named)]
    return LookAlikes(
        agencies=[[by_name[name] for name in names] for names in find_look_alikes(by_name)], clients=groups
    )

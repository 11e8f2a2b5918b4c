"""What the use cases need of the tables of agencies and clients."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sunwi.domain.actor import Actor
from sunwi.domain.owner import Agency, Client, EqualTrackings
from sunwi.domain.owner_list import OwnerPage, OwnerQuery


class Owners(Protocol):
    """Stored agencies and clients.

    A tracking carries its client's and agency's names besides their ids for as long as the release before reads them.
    """

    def link(self) -> None:
        """Link the trackings that carry only names, making rows of new names; storing a tracking does so, too."""
        ...

    def agencies(self) -> Sequence[Agency]:
        """Return the agencies by name."""
        ...

    def clients(self) -> Sequence[Client]:
        """Return the clients by the names of their agency and their own, those without an agency first."""
        ...

    def find_agency(self, agency_id: int) -> Agency | None:
        """Return an agency, which nobody removes until the transaction ends; None when there is none."""
        ...

    def find_client(self, client_id: int) -> Client | None:
        """Return a client, which nobody removes or moves until the transaction ends; None when there is none."""
        ...

    def add_agency(self, name: str, *, at: datetime) -> int | None:
        """Store a new agency, and return its number; None when another one has the name."""
        ...

    def add_client(self, name: str, *, agency_id: int | None, at: datetime) -> int | None:
        """Store a new client, and return its number; None when its agency has one of that name."""
        ...

    def rename_agency(self, agency_id: int, name: str) -> bool:
        """Rename an agency, and what its trackings carry; False when another one has the name."""
        ...

    def rename_client(self, client_id: int, name: str) -> bool:
        """Rename a client, and what its trackings carry; False when its agency has another one of that name."""
        ...

    def named_agency(self, name: str) -> int | None:
        """Return the number of the agency of a name; None when there is none."""
        ...

    def named_client(self, name: str, *, agency_id: int | None) -> int | None:
        """Return the number of an agency's client of a name; None when there is none."""
        ...

    def equal_trackings_of_clients(self, kept: Client, other: Client) -> Sequence[EqualTrackings]:
        """Return the trackings of `other` that `kept` has, too, but for their client."""
        ...

    def equal_trackings_of_agencies(self, kept: Agency, other: Agency) -> Sequence[EqualTrackings]:
        """Return the trackings of `other` that `kept` has, too, but for their agency."""
        ...

    def move_client(self, kept: Client, other: Client) -> int:
        """Move the trackings of one client to another of the same agency; return their number.

        Those that `kept` has, too, stay, and so does `other` with them; else it is removed.
        """
        ...

    def move_agency(self, kept: Agency, other: Agency) -> int:
        """Move the clients and trackings of one agency to another, clients of one name becoming one.

        Trackings that `kept` has, too, stay, and so do their clients and `other`; else those are removed.

        Returns:
            The number of trackings that moved.
        """
        ...


class OwnerLists(Protocol):
    """Agencies and clients as somebody sees them, page by page; each by one statement."""

    def agencies(self, query: OwnerQuery) -> OwnerPage[Agency]:
        """Return one page of agencies, by name."""
        ...

    def clients(self, query: OwnerQuery) -> OwnerPage[Client]:
        """Return one page of clients, by the names of their agency and their own, those without an agency first."""
        ...

    def client(self, client_id: int, *, actor: Actor) -> Client | None:
        """Return a client that an actor sees; None when there is none."""
        ...

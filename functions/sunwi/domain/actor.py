"""Who asks for something, and how far their rights reach."""

from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.job_priority import Priority

#: Owner of what no person asked for: schedules, evaluation, backup.
SYSTEM_OWNER = "system"


class Role(StrEnum):
    """What an actor may do; the codes are stored."""

    #: Everything, of everybody.
    ADMIN = "admin"
    #: Its own clients.
    AGENCY = "agency"
    #: Reads its own client.
    ADVERTISER = "advertiser"
    #: Sunwi itself.
    SYSTEM = "system"


_HIGHEST = {
    Role.ADMIN: Priority.CRITICAL,
    Role.SYSTEM: Priority.CRITICAL,
    Role.AGENCY: Priority.HIGH,
    Role.ADVERTISER: Priority.NORMAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks.

    Attributes:
        owner: `account:<id>`, `cli:<user>` of the command line, or `SYSTEM_OWNER`.
        agency_id: Whose agency it belongs to; None of admins, of the system and of clients without an agency.
        client_id: Of an advertiser: the one client that it reads.
    """

    owner: str
    role: Role
    agency_id: int | None = None
    client_id: int | None = None

    @property
    def highest_priority(self) -> Priority:
        """The highest priority that it may ask for."""
        return _HIGHEST[self.role]

    @property
    def account_id(self) -> str | None:
        """The account that it is; None of the system, and of whoever works at the command line."""
        kind, _, account_id = self.owner.partition(":")
        return account_id if kind == "account" else None

    @property
    def sees_everything(self) -> bool:
        """Whether it sees what belongs to others."""
        return self.role in (Role.ADMIN, Role.SYSTEM)

    def may_see(self, *, owner: str, agency_id: int | None) -> bool:
        """Return whether something of that owner and agency is its own to see and to change."""
        if self.sees_everything or owner == self.owner:
            return True
        return self.role is Role.AGENCY and agency_id is not None and agency_id == self.agency_id

    def sees_client(self, *, client_id: int | None, agency_id: int | None) -> bool:
        """Return whether what is tracked for that client of that agency is its own to see.

        Args:
            client_id: Row of the client; None of a tracking without one.
            agency_id: Row of the agency; None of a client without one.
        """
        if self.role is Role.ADVERTISER:
            return client_id is not None and client_id == self.client_id
        return self.sees_everything or (agency_id is not None and agency_id == self.agency_id)


#: Sunwi itself.
SYSTEM = Actor(owner=SYSTEM_OWNER, role=Role.SYSTEM)

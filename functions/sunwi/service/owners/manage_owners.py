"""Add agencies and clients before anything is tracked for them, and call them otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.owner import Agency, Client
from sunwi.domain.owner_name import parse_owner_name
from sunwi.errors import Conflict, Forbidden, InvalidInput
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

Owner = TypeVar("Owner", Agency, Client)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageOwners:
    """Adds and renames; what was tracked stays whose it was."""

    store: Store
    clock: Clock

    @retry_conflicts
    def add_agency(self, actor: Actor, name: str) -> Agency:
        """Add an agency.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The name cannot be used.
            Conflict: Another agency has the name.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        _require_all(actor)
        wanted, at = _agency_name(name), self.clock.now()
        with self.store.begin() as tx:
            tx.owners.link()
            agency_id = tx.owners.add_agency(wanted, at=at)
            if agency_id is None:
                raise _agency_taken(tx, wanted)
            tx.audit.add(_added(actor, "agency", agency_id, at, name=wanted))
        log.info("agency_added", agency_id=agency_id, by=actor.owner)
        return Agency(id=agency_id, name=wanted, created_at=at, trackings=0)

    @retry_conflicts
    def add_client(self, actor: Actor, name: str, agency_id: int | None = None) -> Client:
        """Add a client, of an agency or of none.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The name cannot be used, or there is no such agency.
            Conflict: The agency has another client of that name.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        _require_all(actor)
        wanted, at = _client_name(name), self.clock.now()
        with self.store.begin() as tx:
            tx.owners.link()
            agency = None if agency_id is None else _require(tx.owners.find_agency, agency_id)
            client_id = tx.owners.add_client(wanted, agency_id=agency_id, at=at)
            if client_id is None:
                raise _client_taken(tx, wanted, agency_id)
            tx.audit.add(_added(actor, "client", client_id, at, name=wanted, agency_id=agency_id))
        log.info("client_added", client_id=client_id, by=actor.owner)
        of_agency = "" if agency is None else agency.name
        return Client(id=client_id, name=wanted, agency_id=agency_id, agency=of_agency, created_at=at, trackings=0)

    @retry_conflicts
    def rename_agency(self, actor: Actor, agency_id: int, name: str) -> Agency:
        """Rename an agency, and what its trackings carry, at once.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The name cannot be used, or there is no such agency.
            Conflict: Another agency has the name: they are to be merged.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        _require_all(actor)
        wanted = _agency_name(name)
        with self.store.begin() as tx:
            tx.owners.link()
            before = _require(tx.owners.find_agency, agency_id)
            if wanted == before.name:
                return before
            if not tx.owners.rename_agency(agency_id, wanted):
                raise _agency_taken(tx, wanted)
            tx.audit.add(self._renamed(actor, "agency", agency_id, before.name, wanted))
            renamed = _require(tx.owners.find_agency, agency_id)
        log.info("agency_renamed", agency_id=agency_id, trackings=renamed.trackings, by=actor.owner)
        return renamed

    @retry_conflicts
    def rename_client(self, actor: Actor, client_id: int, name: str) -> Client:
        """Rename a client, and what its trackings carry, at once.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The name cannot be used, or there is no such client.
            Conflict: Its agency has another client of that name: they are to be merged.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        _require_all(actor)
        wanted = _client_name(name)
        with self.store.begin() as tx:
            tx.owners.link()
            before = _require(tx.owners.find_client, client_id)
            if wanted == before.name:
                return before
            if not tx.owners.rename_client(client_id, wanted):
                raise _client_taken(tx, wanted, before.agency_id)
            tx.audit.add(self._renamed(actor, "client", client_id, before.name, wanted))
            renamed = _require(tx.owners.find_client, client_id)
        log.info("client_renamed", client_id=client_id, trackings=renamed.trackings, by=actor.owner)
        return renamed

    def _renamed(self, actor: Actor, kind: str, owner_id: int, before: str, after: str) -> AuditEntry:
        return AuditEntry(
            at=self.clock.now(),
            actor=actor.owner,
            action=f"{kind}_renamed",
            subject=f"{kind} {owner_id}",
            before={"name": before},
            after={"name": after},
        )


def _added(actor: Actor, kind: str, owner_id: int, at: datetime, **after: object) -> AuditEntry:
    return AuditEntry(at=at, actor=actor.owner, action=f"{kind}_added", subject=f"{kind} {owner_id}", after=after)


def _require_all(actor: Actor) -> None:
    """Agencies and clients are for those to add and rename who see all of them."""
    if not actor.sees_everything:
        raise Forbidden(
            f"the role {actor.role.value} may not add or rename agencies and clients",
            code="owners_forbidden",
            role=actor.role.value,
        )


def _require(find: Callable[[int], Owner | None], owner_id: int) -> Owner:
    found = find(owner_id)
    if found is None:
        raise InvalidInput(
            f"there is none numbered {owner_id}: list them to see what there is",
            code="owner_unknown",
            owner_id=owner_id,
        )
    return found


def _agency_name(typed: str) -> str:
    return _not_empty(parse_owner_name("agency", "업체", typed))


def _client_name(typed: str) -> str:
    return _not_empty(parse_owner_name("client", "광고주", typed))


def _not_empty(name: str) -> str:
    if not name:
        raise InvalidInput("a name is missing: write one that can be seen", code="owner_name_missing")
    return name


def _agency_taken(tx: Transaction, name: str) -> Conflict:
    other_id = tx.owners.named_agency(name)
    return Conflict(
        f"the agency {other_id} has that name already: if they are one, merge them",
        code="agency_name_taken",
        other_id=other_id,
    )


def _client_taken(tx: Transaction, name: str, agency_id: int | None) -> Conflict:
    other_id = tx.owners.named_client(name, agency_id=agency_id)
    return Conflict(
        f"the client {other_id} of the same agency has that name already: if they are one, merge them",
        code="client_name_taken",
        other_id=other_id,
    )

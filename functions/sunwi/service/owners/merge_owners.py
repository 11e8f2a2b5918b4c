"""Make two agencies, or two clients of an agency, one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.owner import Agency, Client, EqualTrackings
from sunwi.errors import InvalidInput
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

Owner = TypeVar("Owner", Agency, Client)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Generic[Owner]):
    """What a merge did, or would do.

    Attributes:
        kept: Whose name remains.
        other: Who becomes one with it; it remains where trackings stay.
        moved: Number of trackings that move.
        staying: Trackings of `other` that `kept` has, too: two histories never become one, so both stay as they are.
        is_applied: It was done.
    """

    kept: Owner
    other: Owner
    moved: int
    staying: Sequence[EqualTrackings]
    is_applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOwners:
    """Move what one owner has to another; no tracking, and no day of one, is ever lost."""

    store: Store
    clock: Clock

    @retry_conflicts
    def merge_clients(self, actor: Actor, kept_id: int, other_id: int, *, apply: bool = False) -> Merge[Client]:
        """Move the trackings of one client to another; with `apply` store it, with lines in audit and log.

        Raises:
            InvalidInput: No such client, both are one, or they are of two agencies; nothing is changed.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        with self.store.begin() as tx:
            tx.owners.link()
            kept, other = _both(tx.owners.clients(), kept_id, other_id)
            if kept.agency_id != other.agency_id:
                raise InvalidInput(
                    f"client {kept.id} is of the agency {kept.agency or '-'} and client {other.id} of "
                    f"{other.agency or '-'}: merge the agencies first, if they are one",
                    code="clients_of_two_agencies",
                    kept_id=kept.id,
                    other_id=other.id,
                    kept_agency=kept.agency or "-",
                    other_agency=other.agency or "-",
                )
            staying = tx.owners.equal_trackings_of_clients(kept, other)
            moved = tx.owners.move_client(kept, other) if apply else other.trackings - len(staying)
            merge = Merge(kept=kept, other=other, moved=moved, staying=staying, is_applied=apply)
            if apply:
                tx.audit.add(self._entry(actor, "clients_merged", "client", merge))
        return _recorded("clients_merged", merge)

    @retry_conflicts
    def merge_agencies(self, actor: Actor, kept_id: int, other_id: int, *, apply: bool = False) -> Merge[Agency]:
        """Move the clients and trackings of one agency to another; with `apply` store it, with lines in audit and log.

        Clients of one name become one; those that only look alike stay two.

        Raises:
            InvalidInput: No such agency, or both are one; nothing is changed.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        with self.store.begin() as tx:
            tx.owners.link()
            kept, other = _both(tx.owners.agencies(), kept_id, other_id)
            staying = tx.owners.equal_trackings_of_agencies(kept, other)
            moved = tx.owners.move_agency(kept, other) if apply else other.trackings - len(staying)
            merge = Merge(kept=kept, other=other, moved=moved, staying=staying, is_applied=apply)
            if apply:
                tx.audit.add(self._entry(actor, "agencies_merged", "agency", merge))
        return _recorded("agencies_merged", merge)

    def _entry(self, actor: Actor, action: str, what: str, merge: Merge[Owner]) -> AuditEntry:
        return AuditEntry(
            at=self.clock.now(),
            actor=actor.owner,
            action=action,
            subject=f"{what} {merge.kept.id}",
            before={"other_id": merge.other.id, "other_name": merge.other.name},
            after={"name": merge.kept.name, "moved": merge.moved, "staying": len(merge.staying)},
        )


def _both(owners: Sequence[Owner], kept_id: int, other_id: int) -> tuple[Owner, Owner]:
    if kept_id == other_id:
        raise InvalidInput(
            f"{kept_id} is named twice: name the one that remains, then the one that becomes one with it",
            code="owner_named_twice",
            owner_id=kept_id,
        )
    by_id = {owner.id: owner for owner in owners}
    for owner_id in (kept_id, other_id):
        if owner_id not in by_id:
            raise InvalidInput(
                f"there is none numbered {owner_id}: list them to see what there is",
                code="owner_unknown",
                owner_id=owner_id,
            )
    return by_id[kept_id], by_id[other_id]


def _recorded(event: str, merge: Merge[Owner]) -> Merge[Owner]:
    """Write what was done, with all that it takes to tell who had what before."""
    if merge.is_applied:
        log.warning(
            event,
            kept_id=merge.kept.id,
            kept_name=merge.kept.name,
            other_id=merge.other.id,
            other_name=merge.other.name,
            moved=merge.moved,
            staying=[pair.stays for pair in merge.staying],
        )
    return merge

"""For whose agency somebody may add trackings."""

from dataclasses import replace

from sunwi.domain.actor import Actor, Role
from sunwi.domain.owner_list import OwnerQuery
from sunwi.domain.tracking import NewTracking
from sunwi.errors import Forbidden
from sunwi.service.ports.outside import Transaction


def own_agency(tx: Transaction, actor: Actor) -> str | None:
    """Return the name of the only agency that an actor may add trackings for; None: for every one.

    Raises:
        Forbidden: It may add none.
    """
    if actor.sees_everything:
        return None
    if actor.role is Role.AGENCY and actor.agency_id is not None:
        page = tx.owner_lists.agencies(OwnerQuery(actor=actor, limit=1))
        if page.owners:
            return page.owners[0].name
    raise _may_not_add(actor)


def keep_own_agency(tx: Transaction, actor: Actor) -> str | None:
    """Return what `own_agency` does; the agency keeps that name until the transaction, which may write, ends.

    Raises:
        Forbidden: It may add none.
    """
    if actor.sees_everything:
        return None
    if actor.role is Role.AGENCY and actor.agency_id is not None:
        agency = tx.owners.find_agency(actor.agency_id)
        if agency is not None:
            return agency.name
    raise _may_not_add(actor)


def check_agency(new: NewTracking, own: str | None) -> NewTracking:
    """Return a tracking with the agency that it may have; one that names none gets the asker's own.

    Args:
        new: As wanted.
        own: As `own_agency` returned it.

    Raises:
        Forbidden: It names another agency.
    """
    if own is None or new.agency == own:
        return new
    if new.agency:
        raise Forbidden(
            f"the agency {new.agency} is not yours: leave the agency empty, or name your own ({own})",
            code="agency_foreign",
            agency=new.agency,
            own=own,
        )
    return replace(new, agency=own)


def bound_to(new: NewTracking, own: str | None) -> NewTracking:
    """Return a checked tracking under the name that its agency has by now."""
    return new if own is None or new.agency == own else replace(new, agency=own)


def _may_not_add(actor: Actor) -> Forbidden:
    action = "trackings.change"
    return Forbidden(f"{actor.role} may not do that ({action})", code="action_forbidden", role=actor.role.value)

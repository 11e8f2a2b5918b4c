"""Which trackings somebody sees, as a condition in SQL: nothing that they filter by can widen it."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, false

from sunwi.adapters.sql.tables import TrackingRow
from sunwi.domain.actor import Actor, Role


def trackings_seen_by(actor: Actor) -> Iterator[ColumnElement[bool]]:
    """Yield what narrows trackings to an actor's own: its agency's, or its client's; nothing for whoever sees all."""
    if actor.sees_everything:
        return
    is_client = actor.role is Role.ADVERTISER
    column, own = (TrackingRow.client_id, actor.client_id) if is_client else (TrackingRow.agency_id, actor.agency_id)
    yield false() if own is None else column == own

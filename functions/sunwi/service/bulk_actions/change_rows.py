"""Change trackings row by row, each as far as it can be, and record how it was before."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.domain.bulk_action import Row, changed, refused, unchanged
from sunwi.domain.tag import MAX_TAGS
from sunwi.domain.tracking import TrackingStatus
from sunwi.service.ports.outside import Transaction


def change_statuses(tx: Transaction, rows: Sequence[Row], status: TrackingStatus, *, at: datetime) -> list[Row]:
    """Pause, resume or end trackings; what waits in a queue is cancelled unless they resume.

    Args:
        tx: One that may write.
        rows: By id.
        status: What they are to be.
        at: Aware UTC.
    """
    return _change(tx, [(row, status, None) for row in rows], at=at)


def restore_statuses(tx: Transaction, rows: Sequence[Row], *, at: datetime) -> list[Row]:
    """Give trackings the status that they had before, where they are still as a bulk action left them.

    Args:
        tx: One that may write.
        rows: What that action recorded of rows that it changed, by id.
        at: Aware UTC.
    """
    return _change(tx, [(row, TrackingStatus(row["before"]), TrackingStatus(row["after"])) for row in rows], at=at)


def _change(
    tx: Transaction, wanted: Sequence[tuple[Row, TrackingStatus, TrackingStatus | None]], *, at: datetime
) -> list[Row]:
    decided = [_set_status(tx, row["id"], status, left=left, at=at) for row, status, left in wanted]
    tx.states.recount([row["id"] for row in decided if "after" in row])
    return decided


def _set_status(
    tx: Transaction, tracking_id: int, status: TrackingStatus, *, left: TrackingStatus | None, at: datetime
) -> Row:
    """Change one tracking, if it is as `left` or nothing was left."""
    tracking = tx.trackings.get(tracking_id)
    if tracking is None:
        return refused(tracking_id, "tracking_unknown")
    if tracking.status is not status and status is not TrackingStatus.ACTIVE:
        # Tasks before their tracking, in the order in which a save locks them.
        tx.tasks.cancel_open(tracking_id, at=at, reason=f"the tracking was {status.value.lower()}")
    now = tx.trackings.lock(tracking_id).status
    if left is not None and now is not left:
        return unchanged(tracking_id, "moved_on")
    if now is status:
        return unchanged(tracking_id, "so_already")
    if left is None and status is TrackingStatus.PAUSED and now is TrackingStatus.ENDED:
        return refused(tracking_id, "tracking_ended")
    tx.trackings.set_status(tracking_id, status, at=at)
    return changed(tracking_id, before=now.value, after=status.value)


def change_tags(
    tx: Transaction, rows: Sequence[Row], *, add: frozenset[str] = frozenset(), remove: frozenset[str] = frozenset()
) -> list[Row]:
    """Add tags to trackings, or remove them, as far as they have them not, or have them."""
    return _change_tags(tx, [(row["id"], add, remove) for row in rows])


def restore_tags(tx: Transaction, rows: Sequence[Row]) -> list[Row]:
    """Remove the tags that a bulk action added, and add those that it removed.

    Args:
        tx: One that may write.
        rows: What that action recorded of rows that it changed.
    """
    return _change_tags(tx, [(row["id"], frozenset(row["removed"]), frozenset(row["added"])) for row in rows])


def _change_tags(tx: Transaction, wanted: Sequence[tuple[int, frozenset[str], frozenset[str]]]) -> list[Row]:
    ids = [tracking_id for tracking_id, _, _ in wanted if tx.trackings.get(tracking_id) is not None]
    for tracking_id in sorted(ids):
        tx.trackings.lock(tracking_id)
    tags, known = tx.trackings.tags_of(ids), set(ids)
    decided: list[Row] = []
    for tracking_id, add, remove in wanted:
        has = frozenset(tags.get(tracking_id, ()))
        added, removed = add - has, remove & has
        if tracking_id not in known:
            decided.append(refused(tracking_id, "tracking_unknown"))
        elif not added and not removed:
            decided.append(unchanged(tracking_id, "so_already"))
        elif len(has - removed | added) > MAX_TAGS:
            decided.append(refused(tracking_id, "tags_too_many"))
        else:
            if removed:
                tx.trackings.remove_tags([tracking_id], removed)
            tx.trackings.add_tags([tracking_id], added)
            decided.append(changed(tracking_id, added=sorted(added), removed=sorted(removed)))
    return decided

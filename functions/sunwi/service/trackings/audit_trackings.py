"""What is kept of who added trackings, and who changed them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sunwi.domain.actor import SYSTEM_OWNER, Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.tracking import Tracking
from sunwi.service.ports.outside import Transaction

#: Ids that an entry names; what was added is found by its instant besides.
_MOST_IDS = 100


def audit_added(tx: Transaction, actor: Actor, tracking_ids: Sequence[int], *, at: datetime) -> None:
    """Keep that trackings were added together, in one entry; the system's own, and none, are no news.

    Args:
        tx: That stores them.
        actor: Who asked.
        tracking_ids: Of what is new.
        at: Aware UTC, now.
    """
    if tracking_ids:
        after = {"trackings": len(tracking_ids), "ids": list(tracking_ids[:_MOST_IDS])}
        _keep(tx, actor, "trackings_added", tracking_ids, at=at, after=after)


def audit_changed(
    tx: Transaction,
    actor: Actor,
    action: str,
    changes: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]],
    *,
    at: datetime,
) -> None:
    """Keep that trackings were changed together, in one entry.

    Args:
        tx: That changes them.
        actor: Who asked.
        action: As of an `AuditEntry`.
        changes: By id, what was and what is.
        at: Aware UTC, now.
    """
    if changes:
        first = dict(list(changes.items())[:_MOST_IDS])
        before = {str(number): dict(was) for number, (was, _) in first.items()}
        after = {str(number): dict(now) for number, (_, now) in first.items()}
        _keep(tx, actor, action, list(changes), at=at, before=before, after=after)


def tracking_facts(tracking: Tracking) -> dict[str, Any]:
    """Return what of a tracking may change."""
    return {
        "areas": sorted(tracking.counting.areas),
        "counts_bundled": tracking.counting.bundled,
        "session_days": tracking.session_days,
        "target_rank": tracking.target_rank,
    }


def _keep(  # noqa: PLR0913 - an entry's parts
    tx: Transaction,
    actor: Actor,
    action: str,
    ids: Sequence[int],
    *,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
) -> None:
    if actor.owner == SYSTEM_OWNER:
        return
    subject = f"tracking {ids[0]}" if len(ids) == 1 else f"trackings {ids[0]} and {len(ids) - 1} more"
    tx.audit.add(AuditEntry(at=at, actor=actor.owner, action=action, subject=subject, before=before, after=after))

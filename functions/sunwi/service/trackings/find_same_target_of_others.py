"""Find trackings of one target that stand under several clients or agencies."""

from collections.abc import Sequence

from sunwi.domain.actor import Actor
from sunwi.domain.tracking import NewTracking, Tracking, TrackingTerms
from sunwi.service.ports.outside import Transaction


def find_same_target_of_others(tx: Transaction, actor: Actor, trackings: Sequence[NewTracking]) -> list[list[Tracking]]:
    """Return, for each tracking, the stored ones of its keyword, target, surface and device that are another owner's.

    An agency is told of its own alone: what another sells is not its to know.

    That is allowed, for two agencies may sell one post; but it is more often a slip, which would be billed twice.
    """
    stored: dict[tuple[object, ...], list[Tracking]] = {}
    for tracking in tx.trackings.find_same_target(trackings, seen_by=actor):
        stored.setdefault(_watched(tracking), []).append(tracking)
    return [
        [other for other in stored.get(_watched(tracking), ()) if _owner(other) != _owner(tracking)]
        for tracking in trackings
    ]


def _watched(tracking: TrackingTerms) -> tuple[object, ...]:
    return tracking.target, tracking.keyword, tracking.surface, tracking.device


def _owner(tracking: TrackingTerms) -> tuple[str, str]:
    return tracking.client, tracking.agency

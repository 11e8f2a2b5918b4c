"""Add, pause, resume and end trackings."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.tracking import NewTracking, Tracking, TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.trackings.audit_trackings import audit_added, audit_changed
from sunwi.service.trackings.find_same_target_of_others import find_same_target_of_others
from sunwi.service.trackings.own_agency import bound_to, check_agency, keep_own_agency
from sunwi.service.trackings.parse_terms import name_differences
from sunwi.service.trackings.then_measure import Then, measure_at_night

#: What an audit row says of a new status.
_STATUS_ACTIONS = {
    TrackingStatus.ACTIVE: "trackings_resumed",
    TrackingStatus.PAUSED: "trackings_paused",
    TrackingStatus.ENDED: "trackings_ended",
}


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a new tracking.

    Attributes:
        is_new: False when an equal one was stored before; its status, and what it counts, may be any.
        shared: Trackings of the same target under another client or agency.
        tags: As they are stored, sorted.
        differs_in: Fields in which one that was stored before is not as wanted, as `name_differences` names them.
    """

    tracking: Tracking
    is_new: bool
    shared: Sequence[Tracking] = ()
    tags: Sequence[str] = ()
    differs_in: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageTrackings:
    """Change which trackings are measured."""

    store: Store
    clock: Clock

    @retry_conflicts
    def add(self, actor: Actor, new: NewTracking, *, then: Then = measure_at_night) -> Added:
        """Store a tracking unless an equal one is there.

        Args:
            actor: Who adds it; an agency for itself alone.
            new: What is to be measured.
            then: Stores the run that measures it at once.

        Raises:
            Forbidden: It is another agency's, or the actor may add none.
            StoreUnavailable: The database cannot be reached; nothing is stored.
        """
        at = self.clock.now()
        with self.store.begin() as tx:
            own = keep_own_agency(tx, actor)
            new = bound_to(check_agency(new, own), own)
            added = [one for one in tx.trackings.add([new], at=at) if one is not None]
            tracking = tx.trackings.find_equal([new])[0]
            tags = tx.trackings.tags_of([tracking.id]).get(tracking.id, ())
            before = then(tx, added, at=at)
            audit_added(tx, actor, added, at=at)
            return Added(
                tracking,
                is_new=bool(added) or tracking.created_at == before,
                shared=find_same_target_of_others(tx, actor, [new])[0],
                tags=tags,
                differs_in=name_differences(new, tracking, tags),
            )

    @retry_conflicts
    def set_status(self, actor: Actor, tracking_ids: Sequence[int], status: TrackingStatus) -> list[Tracking]:
        """Pause, resume or end trackings, all or none; what waits in a queue is cancelled unless they resume.

        An ended tracking can resume: it goes on with the session it was in, since its history is one.

        Returns:
            The trackings as they were before.

        Raises:
            InvalidInput: There is no such tracking, it is another's, or an ended one is to be paused; nothing is
                changed.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            trackings = [require_seen(tx, actor, tracking_id) for tracking_id in sorted(set(tracking_ids))]
            for tracking in trackings:
                if status is TrackingStatus.PAUSED and tracking.status is TrackingStatus.ENDED:
                    raise _not_active(tracking)
                # Tasks before their tracking, in the order in which a save locks them.
                if status is not TrackingStatus.ACTIVE:
                    reason = f"the tracking was {status.value.lower()}"
                    tx.tasks.cancel_open(tracking.id, at=self.clock.now(), reason=reason)
                if tracking.status is not status:
                    tx.trackings.set_status(tracking.id, status, at=self.clock.now())
            tx.states.recount([tracking.id for tracking in trackings])
            changes = {
                one.id: ({"status": one.status.value}, {"status": status.value})
                for one in trackings
                if one.status is not status
            }
            audit_changed(tx, actor, _STATUS_ACTIONS[status], changes, at=self.clock.now())
        return trackings

    def check_measurable(self, actor: Actor, tracking_ids: Sequence[int]) -> None:
        """Require that trackings exist and are active.

        Raises:
            InvalidInput: One does not, is another's, or is paused or has ended.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            for tracking_id in tracking_ids:
                tracking = require_seen(tx, actor, tracking_id)
                if tracking.status is not TrackingStatus.ACTIVE:
                    raise _not_active(tracking)


def require_seen(tx: Transaction, actor: Actor, tracking_id: int) -> Tracking:
    """Return a tracking that an actor sees; of others' nobody can tell that they exist.

    Raises:
        InvalidInput: There is none.
    """
    return require_tracking(tx.trackings.get(tracking_id, seen_by=actor), tracking_id)


def require_tracking(tracking: Tracking | None, tracking_id: int) -> Tracking:
    """Require that a tracking exists.

    Raises:
        InvalidInput: It does not.
    """
    if tracking is None:
        raise InvalidInput(
            f"there is no tracking {tracking_id}",
            code="tracking_unknown",
            tracking_id=tracking_id,
        )
    return tracking


def _not_active(tracking: Tracking) -> InvalidInput:
    if tracking.status is TrackingStatus.ENDED:
        return InvalidInput(
            f"tracking {tracking.id} has ended: resume it to measure it again",
            code="tracking_ended",
            tracking_id=tracking.id,
        )
    return InvalidInput(
        f"tracking {tracking.id} is paused: resume it to measure it again",
        code="tracking_paused",
        tracking_id=tracking.id,
    )

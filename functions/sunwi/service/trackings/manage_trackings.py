"""Add, pause, resume and end trackings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import NewTracking, Tracking, TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.trackings.find_same_target_of_others import find_same_target_of_others
from sunwi.service.trackings.parse_areas import check_counting

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a new tracking.

    Attributes:
        is_new: False when an equal one was stored before; its status, and what it counts, may be any.
        shared: Trackings of the same target under another client or agency.
    """

    tracking: Tracking
    is_new: bool
    shared: Sequence[Tracking] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageTrackings:
    """Change which trackings are measured."""

    store: Store
    clock: Clock

    def add(self, new: NewTracking) -> Added:
        """Store a tracking unless an equal one is there.

        Raises:
            StoreUnavailable: The database cannot be reached; nothing is stored.
        """
        with self.store.begin() as tx:
            tracking_id = tx.trackings.add([new], at=self.clock.now())[0]
            tracking = tx.trackings.find_equal([new])[0]
            return Added(tracking, is_new=tracking_id is not None, shared=find_same_target_of_others(tx, [new])[0])

    @retry_conflicts
    def set_status(self, tracking_ids: Sequence[int], status: TrackingStatus) -> list[Tracking]:
        """Pause, resume or end trackings, all or none; what waits in a queue is cancelled unless they resume.

        An ended tracking can resume: it goes on with the session it was in, since its history is one.

        Returns:
            The trackings as they were before.

        Raises:
            InvalidInput: No such tracking, or an ended one is to be paused; nothing is changed.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            trackings = [known_tracking(tx.trackings.get(i), i) for i in sorted(set(tracking_ids))]
            for tracking in trackings:
                if status is TrackingStatus.PAUSED and tracking.status is TrackingStatus.ENDED:
                    raise InvalidInput(
                        f"tracking {tracking.id} has ended: resume it to measure it again",
                        korean=f"추적 {tracking.id}번은 종료되었습니다: sunwi trackings resume {tracking.id}",
                    )
                # Tasks before their tracking, in the order in which a save locks them.
                if status is not TrackingStatus.ACTIVE:
                    reason = f"the tracking was {status.value.lower()}"
                    tx.tasks.cancel_open(tracking.id, at=self.clock.now(), reason=reason)
                if tracking.status is not status:
                    tx.trackings.set_status(tracking.id, status, at=self.clock.now())
        return trackings

    def set_counting(
        self, tracking_ids: Sequence[int], *, areas: frozenset[str] | None, bundled: bool | None
    ) -> list[Tracking]:
        """Change what counts for trackings, all or none, from the next look on; the history stays as it was counted.

        Args:
            tracking_ids: Whose.
            areas: As in `ExposureCriteria`; None leaves them.
            bundled: As in `ExposureCriteria`; None leaves it.

        Returns:
            The trackings as they are now.

        Raises:
            InvalidInput: No such tracking, or one can never count that; nothing is changed.
            StoreUnavailable: The database cannot be reached.
        """
        changed = []
        with self.store.begin() as tx:
            for tracking_id in sorted(set(tracking_ids)):
                known_tracking(tx.trackings.get(tracking_id), tracking_id)
                tracking = tx.trackings.lock(tracking_id)
                old = tracking.counting
                new = ExposureCriteria(
                    old.areas if areas is None else areas, old.bundled if bundled is None else bundled
                )
                check_counting(tracking.target.kind, tracking.surface, new)
                tx.trackings.set_counting(tracking_id, new)
                changed.append(replace(tracking, counting=new))
        for tracking in changed:
            log.info(
                "counting_changed",
                tracking_id=tracking.id,
                areas=sorted(tracking.counting.areas),
                bundled=tracking.counting.bundled,
            )
        return changed

    def check_measurable(self, tracking_ids: Sequence[int]) -> None:
        """Require that trackings exist and are active.

        Raises:
            InvalidInput: One does not, or is paused or has ended.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            for tracking_id in tracking_ids:
                tracking = known_tracking(tx.trackings.get(tracking_id), tracking_id)
                if tracking.status is not TrackingStatus.ACTIVE:
                    is_ended = tracking.status is TrackingStatus.ENDED
                    state, told = ("has ended", "종료되었습니다") if is_ended else ("is paused", "중지되어 있습니다")
                    resume = f"sunwi trackings resume {tracking_id}"
                    raise InvalidInput(
                        f"tracking {tracking_id} {state}: resume it to measure it again",
                        korean=f"추적 {tracking_id}번은 {told}: 다시 측정하려면 {resume}",
                    )


def known_tracking(tracking: Tracking | None, tracking_id: int) -> Tracking:
    """Require that a tracking exists.

    Raises:
        InvalidInput: It does not.
    """
    if tracking is None:
        raise InvalidInput(
            f"there is no tracking {tracking_id}: sunwi trackings list shows what there is",
            korean=f"추적 {tracking_id}번이 없습니다: sunwi trackings list 로 확인하세요",
        )
    return tracking

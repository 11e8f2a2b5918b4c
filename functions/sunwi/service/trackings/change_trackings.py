"""Change what counts for trackings, what is sold, and their tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tag import check_tag_count
from sunwi.domain.tracking import Tracking
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.trackings.last_night import last_night
from sunwi.service.trackings.manage_trackings import require_tracking
from sunwi.service.trackings.parse_areas import check_counting

log = structlog.get_logger()

#: Takes a promised rank away.
NO_TARGET_RANK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingChanges:
    """What is to change; None leaves it.

    Attributes:
        areas: As in `ExposureCriteria`.
        bundled: As in `ExposureCriteria`.
        session_days: As in `TrackingTerms`.
        target_rank: As in `TrackingTerms`; `NO_TARGET_RANK` takes it away.
    """

    areas: frozenset[str] | None = None
    bundled: bool | None = None
    session_days: int | None = None
    target_rank: int | None = None

    def applied_to(self, tracking: Tracking) -> Tracking:
        """Return the tracking with the changes."""
        old = tracking.counting
        areas = old.areas if self.areas is None else self.areas
        bundled = old.bundled if self.bundled is None else self.bundled
        return replace(
            tracking,
            counting=ExposureCriteria(areas, bundled=bundled),
            session_days=tracking.session_days if self.session_days is None else self.session_days,
            target_rank=tracking.target_rank if self.target_rank is None else self.target_rank or None,
        )


@dataclass(frozen=True, slots=True)
class ChangeTrackings:
    """Change stored trackings, all that are named or none."""

    store: Store
    clock: Clock

    def change(self, tracking_ids: Sequence[int], changes: TrackingChanges) -> list[Tracking]:
        """Change what counts from the next observation on, and what is sold; the history stays as it was counted.

        A rank is promised from the next night on: the nights that have ended keep what was promised then.

        Returns:
            The trackings as they are now.

        Raises:
            InvalidInput: No such tracking, one can never count that, or it has days in the ledger and its session
                days were to change; nothing is changed.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            now = self.clock.now()
            changed = [_change(tx, tracking_id, changes, now=now) for tracking_id in sorted(set(tracking_ids))]
        for tracking in changed:
            log.info(
                "tracking_changed",
                tracking_id=tracking.id,
                areas=sorted(tracking.counting.areas),
                bundled=tracking.counting.bundled,
                session_days=tracking.session_days,
                target_rank=tracking.target_rank,
            )
        return changed

    def tag(
        self, tracking_ids: Sequence[int], *, add: frozenset[str], remove: frozenset[str]
    ) -> Mapping[int, tuple[str, ...]]:
        """Remove tags from trackings, then add tags; a tag that is there, or is not, is no error.

        Returns:
            The tags of every tracking as they are now, sorted.

        Raises:
            InvalidInput: No such tracking, or one would have too many tags; nothing is changed.
            StoreUnavailable: The database cannot be reached.
        """
        ids = sorted(set(tracking_ids))
        with self.store.begin() as tx:
            for tracking_id in ids:
                require_tracking(tx.trackings.get(tracking_id), tracking_id)
                tx.trackings.lock(tracking_id)
            tx.trackings.remove_tags(ids, remove)
            tx.trackings.add_tags(ids, add)
            tags = tx.trackings.tags_of(ids)
            check_tag_count(max(map(len, tags.values()), default=0))
        return {tracking_id: tags.get(tracking_id, ()) for tracking_id in ids}


def _change(tx: Transaction, tracking_id: int, changes: TrackingChanges, *, now: datetime) -> Tracking:
    require_tracking(tx.trackings.get(tracking_id), tracking_id)
    old = tx.trackings.lock(tracking_id)
    new = changes.applied_to(old)
    check_counting(new.target.kind, new.surface, new.counting)
    if new.session_days != old.session_days:
        _require_no_day(tx, old)
    tx.trackings.set_counting(tracking_id, new.counting)
    if new.target_rank != old.target_rank:
        tx.trackings.keep_target_rank(tracking_id, old.target_rank, until=last_night(tx, now=now))
    tx.trackings.set_terms(tracking_id, session_days=new.session_days, target_rank=new.target_rank)
    if new.session_days != old.session_days:
        tx.states.recount([tracking_id])
    return new


def _require_no_day(tx: Transaction, tracking: Tracking) -> None:
    """Require, with the tracking locked so that no day is being written, that the ledger has no day of it."""
    last = tx.ledger.last(tracking.id)
    if last is not None:
        raise InvalidInput(
            f"tracking {tracking.id} sells sessions of {tracking.session_days} days, and the ledger has days of it "
            f"(the latest {last.date}), so that stays: to sell otherwise, end it and add one under another client",
            code="session_days_fixed",
            tracking_id=tracking.id,
            session_days=tracking.session_days,
            last=last.date,
        )

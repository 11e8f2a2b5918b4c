"""Change what counts for trackings, what is sold, and their tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tag import check_tag_count
from sunwi.domain.tracking import Tracking
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.trackings.audit_trackings import audit_changed, tracking_facts
from sunwi.service.trackings.last_night import last_night
from sunwi.service.trackings.manage_trackings import require_seen
from sunwi.service.trackings.parse_areas import check_counting

log = structlog.get_logger()

#: What of a tracking was, and is.
_Facts = tuple[Mapping[str, Any], Mapping[str, Any]]

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
        tags: All that it is to have.
    """

    areas: frozenset[str] | None = None
    bundled: bool | None = None
    session_days: int | None = None
    target_rank: int | None = None
    tags: frozenset[str] | None = None

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTrackings:
    """Change stored trackings, all that are named or none."""

    store: Store
    clock: Clock

    def change(self, actor: Actor, tracking_ids: Sequence[int], changes: TrackingChanges) -> list[Tracking]:
        """Change what counts from the next observation on, and what is sold; the history stays as it was counted.

        A rank is promised from the next night on: the nights that have ended keep what was promised then.

        Returns:
            The trackings as they are now.

        Raises:
            InvalidInput: There is no such tracking, it is another's, one can never count that, it would have too
                many tags, or it has days in the ledger and its session days were to change; nothing is changed.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            at, changed, moved = self.clock.now(), [], {}
            for number in sorted(set(tracking_ids)):
                require_seen(tx, actor, number)
                tracking, (was, now) = _change(tx, number, changes, at=at)
                changed.append(tracking)
                if was != now:
                    moved[number] = (was, now)
            audit_changed(tx, actor, "trackings_changed", moved, at=at)
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
        self, actor: Actor, tracking_ids: Sequence[int], *, add: frozenset[str], remove: frozenset[str]
    ) -> Mapping[int, tuple[str, ...]]:
        """Remove tags from trackings, then add tags; a tag that is there, or is not, is no error.

        Returns:
            The tags of every tracking as they are now, sorted.

        Raises:
            InvalidInput: There is no such tracking, it is another's, or one would have too many tags; nothing is
                changed.
            StoreUnavailable: The database cannot be reached.
        """
        ids = sorted(set(tracking_ids))
        with self.store.begin() as tx:
            for tracking_id in ids:
                require_seen(tx, actor, tracking_id)
                tx.trackings.lock(tracking_id)
            before = tx.trackings.tags_of(ids)
            tx.trackings.remove_tags(ids, remove)
            tx.trackings.add_tags(ids, add)
            tags = tx.trackings.tags_of(ids)
            check_tag_count(max(map(len, tags.values()), default=0))
            moved = {
                number: ({"tags": list(before.get(number, ()))}, {"tags": list(tags.get(number, ()))})
                for number in ids
                if before.get(number, ()) != tags.get(number, ())
            }
            audit_changed(tx, actor, "trackings_tagged", moved, at=self.clock.now())
        return {tracking_id: tags.get(tracking_id, ()) for tracking_id in ids}


def _change(tx: Transaction, tracking_id: int, changes: TrackingChanges, *, at: datetime) -> tuple[Tracking, _Facts]:
    old = tx.trackings.lock(tracking_id)
    new = changes.applied_to(old)
    check_counting(new.target.kind, new.surface, new.counting)
    if new.session_days != old.session_days:
        _require_no_day(tx, old)
    tx.trackings.set_counting(tracking_id, new.counting)
    if new.target_rank != old.target_rank:
        tx.trackings.keep_target_rank(tracking_id, old.target_rank, until=last_night(tx, now=at))
    tx.trackings.set_terms(tracking_id, session_days=new.session_days, target_rank=new.target_rank)
    if new.session_days != old.session_days:
        tx.states.recount([tracking_id])
    was, now = tracking_facts(old), tracking_facts(new)
    if changes.tags is not None:
        was["tags"], now["tags"] = _set_tags(tx, tracking_id, changes.tags)
    return new, (was, now)


def _set_tags(tx: Transaction, tracking_id: int, tags: frozenset[str]) -> tuple[list[str], list[str]]:
    """Let a tracking, which is locked, have just these tags; return what it had, and what it has."""
    had = frozenset(tx.trackings.tags_of([tracking_id]).get(tracking_id, ()))
    check_tag_count(len(tags))
    if had - tags:
        tx.trackings.remove_tags([tracking_id], had - tags)
    if tags - had:
        tx.trackings.add_tags([tracking_id], tags - had)
    return sorted(had), sorted(tags)


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

"""List trackings with where their sessions stand, page by page."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import Tracking
from sunwi.domain.tracking_list import (
    ALL_TRACKINGS,
    BY_ID,
    ListOrder,
    ListPage,
    ListPosition,
    ListQuery,
    TrackingFilter,
    read_cursor,
    write_cursor,
)
from sunwi.domain.tracking_state import NO_DAYS, ListedTracking, Standing, TrackingState
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.trackings.manage_trackings import require_tracking

#: Trackings of one page, unless somebody asks for another number, and the most that anybody gets at once.
PAGE_LENGTH, MAX_PAGE_LENGTH = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingLine:
    """One tracking and where it stands.

    Attributes:
        tags: In their order.
        expected_finish: KST date on which its current session is expected to be full; None when nobody can tell.
    """

    tracking: Tracking
    state: TrackingState = NO_DAYS
    tags: tuple[str, ...] = ()
    expected_finish: date | None = None

    @property
    def standing(self) -> Standing:
        """What a list says of it."""
        return self.state.standing(self.tracking.status)

    @property
    def exposed_days(self) -> int:
        """Days of its current session that count."""
        return self.state.exposed_days

    @property
    def last(self) -> LedgerRow | None:
        """Its latest ledger row."""
        return self.state.last

    @property
    def missed_on(self) -> date | None:
        """KST date after that on which a run could not measure it, the latest; None when there is none."""
        return self.state.missed_on


@dataclass(frozen=True, slots=True)
class TrackingPage:
    """One page of a list.

    Attributes:
        cursor: Where the next page begins; None on the last one.
    """

    lines: Sequence[TrackingLine]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTrackings:
    """List trackings by what their latest states say."""

    store: Store
    clock: Clock

    def page(
        self,
        actor: Actor,
        wanted: TrackingFilter = ALL_TRACKINGS,
        *,
        order: ListOrder = BY_ID,
        limit: int = PAGE_LENGTH,
        cursor: str | None = None,
    ) -> TrackingPage:
        """Return one page of those that a filter takes, and an actor sees.

        Args:
            actor: Who asks.
            wanted: What to list.
            order: Of the whole list.
            limit: 1 to `MAX_PAGE_LENGTH`.
            cursor: Of the page before, in the same order; None begins at the top.

        Raises:
            InvalidInput: The cursor is none of such a list.
            StoreUnavailable: The database cannot be reached.
        """
        after = read_cursor(cursor, order) if cursor is not None else None
        found = self._find(ListQuery(actor=actor, wanted=_plain(wanted), order=order, limit=limit, after=after))
        following = write_cursor(found.end, order) if found.end is not None else None
        return TrackingPage(self._lines(found.trackings), following)

    def find(self, actor: Actor, tracking_id: int) -> TrackingLine:
        """Return one tracking.

        Raises:
            InvalidInput: There is none, or it is another's.
            StoreUnavailable: The database cannot be reached.
        """
        lines = self.page(actor, TrackingFilter(ids=(tracking_id,)), limit=1).lines
        if not lines:
            require_tracking(None, tracking_id)
        return lines[0]

    def count(self, actor: Actor, wanted: TrackingFilter) -> int:
        """Count those that a filter takes, and an actor sees.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return tx.lists.count(ListQuery(actor=actor, wanted=_plain(wanted), limit=1))

    def ids(self, actor: Actor, wanted: TrackingFilter, *, limit: int) -> Sequence[int]:
        """Return the ids of those that a filter takes, and an actor sees, by id.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return tx.lists.ids(ListQuery(actor=actor, wanted=_plain(wanted), limit=limit))

    def every(
        self, actor: Actor, wanted: TrackingFilter = ALL_TRACKINGS, *, order: ListOrder = BY_ID
    ) -> Iterator[TrackingLine]:
        """Yield all that a filter takes, and an actor sees, a page at a time.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        after: ListPosition | None = None
        while True:
            found = self._find(
                ListQuery(actor=actor, wanted=_plain(wanted), order=order, limit=MAX_PAGE_LENGTH, after=after)
            )
            yield from self._lines(found.trackings)
            if (after := found.end) is None:
                return

    def _find(self, query: ListQuery) -> ListPage:
        with self.store.read() as tx:
            return tx.lists.page(query)

    def _lines(self, found: Sequence[ListedTracking]) -> list[TrackingLine]:
        today = business_date(self.clock.now())
        return [
            TrackingLine(
                tracking=listed.tracking,
                state=listed.state,
                tags=listed.tags,
                expected_finish=listed.state.expected_finish(listed.tracking.status, today=today),
            )
            for listed in found
        ]


def _plain(wanted: TrackingFilter) -> TrackingFilter:
    """Compose the Hangul of what was typed as stored texts are composed, and trim it."""
    names = ("keyword", "client", "agency", "area", "tag", "text")
    plain: dict[str, Any] = {name: unicodedata.normalize("NFC", getattr(wanted, name)).strip() for name in names}
    plain["tag"] = " ".join(plain["tag"].split())
    return replace(wanted, **plain)

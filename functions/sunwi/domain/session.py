"""Sessions (회차) and the ledger that is billed on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

#: Exposed days that a session sells unless its tracking says otherwise.
DEFAULT_SESSION_DAYS = 25
#: Exposed days that a session may sell, at least and at most.
MIN_SESSION_DAYS, MAX_SESSION_DAYS = 1, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One tracking on one KST date (순위 이력).

    Attributes:
        session_number: Session the day belongs to, from 1.
        rank: 1-based within `area`; None means observed and not exposed, nothing else.
        page_rank: 1-based down the main column; None like `rank`.
        depth: Cards that were read.
        looks: How many observations the day had.
        observation_id: The observation that the row states.
        matched_by: `own` or `bundled` of a day that is exposed; else what ties the nearest card to the target.
            None of a day before 2026 that is exposed means `own`.
        near_area: Area of that nearest card; None like `rank` is not.
        near_rank: Its rank within that area.
        counts: False only of an exposed day beyond those that its session sells (초과 노출), which is not billed.
    """

    tracking_id: int
    date: date
    session_number: int
    rank: int | None
    area: str | None
    page_rank: int | None
    depth: int
    looks: int
    observation_id: int
    matched_by: str | None = None
    near_area: str | None = None
    near_rank: int | None = None
    counts: bool = True

    @property
    def is_exposed(self) -> bool:
        """Whether the target was exposed, counted or not."""
        return self.rank is not None

    @property
    def is_counted(self) -> bool:
        """Whether the day is one of those that its session sells."""
        return self.is_exposed and self.counts

    @property
    def is_over_exposed(self) -> bool:
        """Whether the day is exposed beyond those that its session sells."""
        return self.is_exposed and not self.counts


def should_replace(row: LedgerRow, *, exposed: bool, is_scheduled: bool) -> bool:
    """Decide whether another observation of the same day may change its ledger row.

    Only the scheduled run (with its retries and redrives) may, and only from not exposed to exposed.
    """
    return is_scheduled and exposed and not row.is_exposed


def is_full(counted_days: int, *, session_days: int) -> bool:
    """Decide whether a session of `session_days` with so many counted days takes no more."""
    return counted_days >= session_days


def session_of_next_row(current_session: int, counted_days: int, *, session_days: int) -> int:
    """Return the session that the next new row belongs to.

    Args:
        current_session: Session that is open.
        counted_days: Its exposed days that count.
        session_days: Exposed days that it sells.
    """
    return current_session + 1 if is_full(counted_days, session_days=session_days) else current_session


def counts_once_changed(row: LedgerRow, *, exposed: bool, counted_days: int, session_days: int) -> bool:
    """Decide `counts` of a day whose rank changes after it was written.

    A day that becomes exposed counts while its session has room; one that stays exposed counts as before.

    Args:
        row: The day before the change.
        exposed: Whether it is exposed afterwards.
        counted_days: Counted days of its session before the change.
        session_days: Exposed days that the session sells.

    Source: docs/adr/0031-a-session-counts-25-days.md.
    """
    if not exposed:
        return True
    return row.counts if row.is_exposed else not is_full(counted_days, session_days=session_days)


def recount(rows: Iterable[LedgerRow], *, session_days: int) -> list[LedgerRow]:
    """Return the days of one session that have to change `counts`, as they should be, by date.

    Of a session with more counted days than it sells the latest ones stop counting; in one with fewer, over-exposed
    days take the free places, the earliest first.
    """
    by_date = sorted(rows, key=lambda row: row.date)
    counted = [row for row in by_date if row.is_counted]
    over_exposed = [row for row in by_date if row.is_over_exposed]
    free = max(0, session_days - len(counted))
    wrong = counted[session_days:] + over_exposed[:free]
    return [replace(row, counts=not row.counts) for row in wrong]

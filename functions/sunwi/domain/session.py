"""Sessions (회차) and the ledger that is billed on."""

from dataclasses import dataclass
from datetime import date

#: Exposed days that one session sells.
SESSION_LENGTH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One tracking on one KST date (순위 이력).

    Attributes:
        session_number: Session the day counts for, from 1.
        rank: 1-based within `area`; None means looked and not exposed, nothing else.
        page_rank: 1-based down the main column; None like `rank`.
        depth: Cards that were looked at.
        looks: How many observations the day had.
        observation_id: The observation that the row states.
        matched_by: `own` or `bundled` of a day that is exposed; else what ties the nearest card to the target.
            None of a day before 2026 that is exposed means `own`.
        near_area: Area of that nearest card; None like `rank` is not.
        near_rank: Its rank within that area.
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

    @property
    def is_exposed(self) -> bool:
        """Whether the day counts for its session."""
        return self.rank is not None


def should_replace(row: LedgerRow, *, exposed: bool, is_scheduled: bool) -> bool:
    """Decide whether another look of the same day may change its ledger row.

    Only the scheduled run (with its retries and redrives) may, and only from not exposed to exposed.
    """
    return is_scheduled and exposed and not row.is_exposed


def session_after_save(current_session: int, exposed_rows: int) -> int:
    """Give the session that the next row belongs to.

    Args:
        current_session: Session of the row just saved.
        exposed_rows: Exposed rows of that session, the row just saved included.
    """
    return current_session + 1 if exposed_rows >= SESSION_LENGTH else current_session

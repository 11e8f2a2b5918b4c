"""What a later reader makes of a look that was stored."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import PageKey, Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a ledger row says of a look; fields as in `LedgerRow`."""

    rank: int | None
    area: str | None
    page_rank: int | None
    depth: int

    @classmethod
    def of_row(cls, row: LedgerRow) -> Self:
        """Take it from a ledger row."""
        return cls(rank=row.rank, area=row.area, page_rank=row.page_rank, depth=row.depth)

    @classmethod
    def of_outcome(cls, outcome: Exposed | NotExposed) -> Self:
        """Take it from an outcome."""
        if isinstance(outcome, NotExposed):
            return cls(rank=None, area=None, page_rank=None, depth=outcome.depth)
        return cls(rank=outcome.rank, area=outcome.area, page_rank=outcome.page_rank, depth=outcome.depth)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReading:
    """A page reading whose pages may have been kept.

    Attributes:
        evidence_key: None when they were not.
        parser_version: Of the reader that made it.
    """

    id: int
    key: PageKey
    evidence_key: str | None
    parser_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLook:
    """One tracking's look in one page reading, as it is stored now.

    Attributes:
        observation_id: Of the look; None when it gave no observation.
        row: The ledger row that states it; None when its day's row states another look, or there is none.
        found: What the row says, else what was observed; None when the look gave no observation.
        parser_version: Of the reader behind `found`, later corrections considered.
    """

    tracking: Tracking
    page_reading_id: int
    date: date
    observation_id: int | None
    row: LedgerRow | None
    found: Finding | None
    parser_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A ledger row that was changed after the fact, by whom it is asked.

    Attributes:
        date: KST, of the row.
        corrected_at: Aware UTC.
        reason: For people.
    """

    tracking_id: int
    date: date
    page_reading_id: int
    old: Finding
    new: Finding
    old_parser_version: str
    new_parser_version: str
    corrected_at: datetime
    reason: str

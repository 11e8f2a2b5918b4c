"""What a later reader makes of an observation that was stored."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.session import LedgerRow, counts_once_changed
from sunwi.domain.tracking import PageKey, Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStatement:
    """What a ledger row says of an observation; fields as in `LedgerRow`.

    Two are equal when they state the same exposure, whatever card stands near.
    """

    rank: int | None
    area: str | None
    page_rank: int | None
    depth: int
    matched_by: str | None = field(default=None, compare=False)
    near_area: str | None = field(default=None, compare=False)
    near_rank: int | None = field(default=None, compare=False)

    @classmethod
    def of_row(cls, row: LedgerRow) -> Self:
        """Take it from a ledger row."""
        return cls(
            rank=row.rank,
            area=row.area,
            page_rank=row.page_rank,
            depth=row.depth,
            matched_by=row.matched_by,
            near_area=row.near_area,
            near_rank=row.near_rank,
        )

    @classmethod
    def of_outcome(cls, outcome: Exposed | NotExposed) -> Self:
        """Take it from an outcome."""
        if isinstance(outcome, NotExposed):
            return cls(
                rank=None,
                area=None,
                page_rank=None,
                depth=outcome.depth,
                matched_by=outcome.matched_by,
                near_area=outcome.near_area,
                near_rank=outcome.near_rank,
            )
        return cls(
            rank=outcome.rank,
            area=outcome.area,
            page_rank=outcome.page_rank,
            depth=outcome.depth,
            matched_by=outcome.matched_by,
        )

    def corrected(self, row: LedgerRow, *, counted_days: int, session_days: int) -> LedgerRow:
        """Return a ledger row that says this instead.

        Args:
            row: The row before the correction.
            counted_days: Counted days of its session before the correction.
            session_days: Exposed days that the session sells.
        """
        is_exposed = self.rank is not None
        return replace(
            row,
            rank=self.rank,
            area=self.area,
            page_rank=self.page_rank,
            depth=self.depth,
            matched_by=self.matched_by,
            near_area=self.near_area,
            near_rank=self.near_rank,
            counts=counts_once_changed(row, exposed=is_exposed, counted_days=counted_days, session_days=session_days),
        )


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
class StoredObservation:
    """One tracking's observation in one page reading, as it is stored now.

    Attributes:
        observation_id: Of the observation; None when the reading led to none.
        row: The ledger row that states it; None when its day's row states another observation, or there is none.
        found: What the row says, else what was observed; None when the reading led to no observation.
        counting: What the observation counted, else what the tracking counts now.
        parser_version: Of the reader behind `found`, later corrections considered.
    """

    tracking: Tracking
    page_reading_id: int
    date: date
    observation_id: int | None
    row: LedgerRow | None
    found: LedgerStatement | None
    counting: ExposureCriteria
    parser_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A ledger row that was changed after the fact: its rank, or whether it counts for its session.

    Attributes:
        date: KST, of the row.
        corrected_at: Aware UTC.
        reason: For people.
        old_counts: `LedgerRow.counts` before, `new_counts` after.
    """

    tracking_id: int
    date: date
    page_reading_id: int
    old: LedgerStatement
    new: LedgerStatement
    old_parser_version: str
    new_parser_version: str
    corrected_at: datetime
    reason: str
    old_counts: bool = True
    new_counts: bool = True

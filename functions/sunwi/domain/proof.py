"""What stands behind one day of the ledger, and beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from sunwi.domain.correction import LedgerStatement
from sunwi.domain.run import RunKind
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The observation that a ledger row states.

    Attributes:
        fetched_at: Aware UTC.
        evidence_key: Where the pages are kept; None when they are not.
    """

    row: LedgerRow
    run_id: str
    fetched_at: datetime
    final_url: str
    parser_version: str
    evidence_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationBesideLedger:
    """An observation that no ledger row states, mostly one by hand on a day that was measured already.

    Attributes:
        fetched_at: Aware UTC.
    """

    run_id: str
    run_kind: RunKind
    fetched_at: datetime
    found: LedgerStatement

    @property
    def date(self) -> date:
        """The KST date that it would have been a row of."""
        return business_date(self.fetched_at)

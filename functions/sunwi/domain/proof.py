"""What stands behind one day of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from sunwi.domain.session import LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The look that a ledger row states.

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

"""Make a tracking's sessions count as many days as they sell, where they were left with more, or with too few."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog

from sunwi.domain.session import LedgerRow, recount
from sunwi.service.ledger.correct_day import set_counts
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.trackings.manage_trackings import require_tracking

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountSessions:
    """Recount the sessions of one tracking."""

    store: Store
    clock: Clock

    def recount(self, tracking_id: int, *, apply: bool = False) -> Sequence[LedgerRow]:
        """Return the days whose `counts` changes, or would, as they become; with `apply` store them, audited.

        Ranks and session numbers stay as they are.

        Raises:
            InvalidInput: No such tracking.
            StoreUnavailable: The database cannot be reached; nothing was changed.
        """
        if not apply:
            with self.store.read() as tx:
                return _wrong_days(tx, tracking_id)
        with self.store.begin() as tx:
            require_tracking(tx.trackings.get(tracking_id), tracking_id)
            tx.trackings.lock(tracking_id)
            days = _wrong_days(tx, tracking_id)
            for day in days:
                set_counts(tx, day, at=self.clock.now(), reason=f"recount of session {day.session_number}")
            tx.states.recount([tracking_id])
        for day in days:
            log.warning("day_recounted", tracking_id=tracking_id, date=day.date.isoformat(), counts=day.counts)
        return days


def _wrong_days(tx: Transaction, tracking_id: int) -> list[LedgerRow]:
    tracking = require_tracking(tx.trackings.get(tracking_id), tracking_id)
    rows = sorted(tx.ledger.history(tracking_id), key=lambda row: (row.session_number, row.date))
    sessions = groupby(rows, key=lambda row: row.session_number)
    return [day for _, session in sessions for day in recount(session, session_days=tracking.session_days)]

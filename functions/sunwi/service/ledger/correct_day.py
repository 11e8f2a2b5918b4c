"""Correct one day of the ledger, with an audit row for each row that changes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.correction import Correction, LedgerStatement
from sunwi.domain.session import LedgerRow, is_full
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True)
class CorrectedDay:
    """A day before and after a correction.

    Attributes:
        instead: The over-exposed day of the session that counts from now on in the place of this one, as it becomes;
            None when there is no such day, or no place was freed.
    """

    before: LedgerRow
    after: LedgerRow
    instead: LedgerRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the audit rows of a correction say besides the change.

    Attributes:
        parser_version: Of the reader that the correction comes from; None when no page was read anew.
        at: Aware, now.
        reason: For people.
    """

    parser_version: str | None
    at: datetime
    reason: str


def foresee_correction(tx: Transaction, row: LedgerRow, now: LedgerStatement, *, session_days: int) -> CorrectedDay:
    """Work out what a correction of a day does to the sum of its session of `session_days`, and change nothing."""
    counted = tx.ledger.count_exposed(row.tracking_id, row.session_number)
    after = now.corrected(row, counted_days=counted, session_days=session_days)
    instead = None
    if row.is_counted and not after.is_counted and not is_full(counted - 1, session_days=session_days):
        waiting = tx.ledger.over_exposed(row.tracking_id, row.session_number)
        instead = replace(waiting[0], counts=True) if waiting else None
    return CorrectedDay(row, after, instead)


def correct_day(
    tx: Transaction, row: LedgerRow, now: LedgerStatement, audit: Audit, *, session_days: int
) -> CorrectedDay:
    """Correct a day; session numbers stay as they are.

    Args:
        tx: An open transaction in which the row's tracking is locked.
        row: As stored.
        now: What the day says from now on.
        audit: For the audit rows.
        session_days: Exposed days that a session of the tracking sells.
    """
    day = foresee_correction(tx, row, now, session_days=session_days)
    _store(tx, row, day.after, audit)
    if day.instead is not None:
        set_counts(tx, day.instead, at=audit.at, reason=f"{audit.reason}: counts in place of {row.date.isoformat()}")
    tx.states.recount([row.tracking_id])
    return day


def set_counts(tx: Transaction, row: LedgerRow, *, at: datetime, reason: str) -> None:
    """Store `counts` of a day whose rank stays, with an audit row.

    Args:
        tx: An open transaction in which the row's tracking is locked.
        row: The day with the `counts` that it had not.
        at: Aware, now.
        reason: For people.
    """
    before = replace(row, counts=not row.counts)
    _store(tx, before, row, Audit(parser_version=None, at=at, reason=reason))


def _store(tx: Transaction, before: LedgerRow, after: LedgerRow, audit: Audit) -> None:
    page_reading_id, version = tx.corrections.reader_of(before)
    tx.ledger.update(after)
    tx.corrections.add(
        Correction(
            tracking_id=before.tracking_id,
            date=before.date,
            page_reading_id=page_reading_id,
            old=LedgerStatement.of_row(before),
            new=LedgerStatement.of_row(after),
            old_parser_version=version,
            new_parser_version=audit.parser_version or version,
            corrected_at=audit.at,
            reason=audit.reason,
            old_counts=before.counts,
            new_counts=after.counts,
        )
    )

"""Open the next session once the current one is full."""

from sunwi.domain.session import session_of_next_row
from sunwi.domain.tracking import Tracking
from sunwi.service.ports.outside import Transaction


def close_full_session(tx: Transaction, tracking: Tracking) -> int:
    """Return the session that is open, after opening the next one if the tracking's current session is full.

    Args:
        tx: An open transaction in which `tracking` is locked.
        tracking: As locked.
    """
    counted = tx.ledger.count_exposed(tracking.id, tracking.current_session)
    return move_session(tx, tracking, counted_days=counted)


def move_session(tx: Transaction, tracking: Tracking, *, counted_days: int) -> int:
    """Return the session that is open, after opening the next one if the current one is full with so many days.

    Args:
        tx: An open transaction in which `tracking` is locked.
        tracking: As locked.
        counted_days: Exposed days of its current session that count.
    """
    session = session_of_next_row(tracking.current_session, counted_days, session_days=tracking.session_days)
    if session != tracking.current_session:
        tx.trackings.set_session(tracking.id, session)
    return session

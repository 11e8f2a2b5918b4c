"""Which night was the last to end."""

from datetime import date, datetime, timedelta

from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date
from sunwi.service.ports.outside import Transaction


def last_night(tx: Transaction, *, now: datetime) -> date:
    """Return the latest KST date that can be judged: today once its scheduled run has closed, else yesterday.

    Args:
        tx: One that may read.
        now: Aware.
    """
    today = business_date(now)
    run = tx.runs.get(scheduled_run_id(today))
    return today if run is not None and run.closed_at is not None else today - timedelta(days=1)

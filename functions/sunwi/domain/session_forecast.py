"""When a session (회차) is expected to be full.

Source: docs/adr/0049-a-row-for-the-latest-state.md.
"""

from datetime import date, timedelta


def measured_days_to_finish(*, exposed_days: int, measured_days: int, session_days: int) -> int | None:
    """Estimate how many more measured days a session takes, if it goes on as it has gone so far.

    An agency can check it by hand: 9 exposed of 12 measured days, 16 to go: 16 × 12 ÷ 9, rounded up, is 22. A session
    that has no day yet is expected to be exposed every day.

    Args:
        exposed_days: Days of the session that count.
        measured_days: All days of the session that were measured, exposed or not.
        session_days: Exposed days that the session sells.

    Returns:
        0 when it is full; None when it was measured and never exposed, so that nobody can tell.
    """
    days_left = max(0, session_days - exposed_days)
    if days_left == 0 or measured_days == 0:
        return days_left
    if exposed_days == 0:
        return None
    return -(-days_left * measured_days // exposed_days)


def expected_finish(days_to_finish: int | None, *, last_measured_on: date | None, today: date) -> date | None:
    """Return the KST date on which a session is expected to be full; None when nobody can tell.

    Days that pass unmeasured push it back: the days to go begin today, or tomorrow once today was measured.

    Args:
        days_to_finish: As `measured_days_to_finish` returns it.
        last_measured_on: KST date of the latest day; None before the first.
        today: KST.
    """
    if days_to_finish is None:
        return None
    yesterday = today - timedelta(days=1)
    return max(last_measured_on or yesterday, yesterday) + timedelta(days=days_to_finish)

"""How often somebody who may not come in has tried to."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

#: Failures are counted from each full quarter of an hour.
FAILURE_WINDOW = timedelta(minutes=15)
#: How long counts are kept.
FAILURES_KEPT = timedelta(days=1)
#: From so many of a window on whoever fails is asked to wait for the next one.
MOST_FAILURES = 30


class AccessKind(StrEnum):
    """What was tried; the codes are stored."""

    #: A key that is none, or no more.
    KEY = "key"
    #: A sign-in that came back without an account.
    SIGN_IN = "sign_in"


def window_of(at: datetime) -> datetime:
    """Return when the window of an instant begins; aware UTC."""
    seconds = int(FAILURE_WINDOW.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)

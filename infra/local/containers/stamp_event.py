"""Sample events, brought to the present: a function refuses a scheduled event of yesterday, and rightly so."""

import re
from datetime import UTC, datetime

from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date

_SCHEDULED_RUN = re.compile(r"scheduled-[0-9]{8}\b")
_TIME = re.compile(r'("time": *)"[^"]*"')
_DAY = re.compile(r'("date": *)"[^"]*"')
_SENT = re.compile(r'("(?:SentTimestamp|ApproximateFirstReceiveTimestamp)": *)"[0-9]*"')


def stamp_event(event: str, now: datetime) -> str:
    """Return an event's text as if it came now.

    Its time, and a message's times, become now; a day, and a scheduled run that it names, become today's in Korea.

    Args:
        event: JSON.
        now: Aware.
    """
    event = _TIME.sub(rf'\g<1>"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"', event)
    event = _DAY.sub(rf'\g<1>"{business_date(now).isoformat()}"', event)
    event = _SENT.sub(rf'\g<1>"{int(now.timestamp() * 1000)}"', event)
    return _SCHEDULED_RUN.sub(scheduled_run_id(business_date(now)), event)

"""Decide whether an event has the watchdog look."""

import structlog

from sunwi.domain.look_times import LookTimes
from sunwi.service.watchdog.parse_watch_event import WatchRequest

log = structlog.get_logger()


def is_look_due(request: WatchRequest, times: LookTimes) -> bool:
    """Return whether to look; an hour in which nothing is due leaves one line in the log, and asks nobody.

    Args:
        request: An operator's is always due.
        times: Of the looks after the daily run.
    """
    if request.woken_at is None or times.is_due(request.woken_at):
        return True
    next_look = times.next_look(request.woken_at)
    log.info("look_not_due", woken_at=request.woken_at.isoformat(), next_look=next_look.isoformat())
    return False

"""Decide whether an event has the watchdog check."""

import structlog

from sunwi.domain.check_times import CheckTimes
from sunwi.service.watchdog.parse_watch_event import WatchRequest

log = structlog.get_logger()


def is_check_due(request: WatchRequest, times: CheckTimes) -> bool:
    """Return whether to check; an hour in which nothing is due leaves one line in the log, and asks nobody.

    Args:
        request: An operator's is always due.
        times: Of the checks after the daily run.
    """
    if request.woken_at is None or times.is_due(request.woken_at):
        return True
    next_check = times.next_check(request.woken_at)
    log.info("check_not_due", woken_at=request.woken_at.isoformat(), next_check=next_check.isoformat())
    return False

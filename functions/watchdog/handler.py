"""EventBridge rule, each hour, or an operator → one check of a night from outside, when it is due."""

from typing import Any

from sunwi.bootstrap.watchdog import WatchdogContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.watchdog.decide_check import is_check_due
from sunwi.service.watchdog.parse_watch_event import parse_watch_event
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Check a day, put right what is safe, and raise what is wrong.

    Args:
        event: A scheduled event; an operator may add `date` (KST) and `repair`, true unless said otherwise.
        context: Lambda's.

    Returns:
        `date`, the number of `problems` that are left, and of alarms `raised`; no date when no check was due.

    Raises:
        SunwiError: Not all could be raised or remembered; Lambda checks again.
    """
    configure_logging(load_settings().log_level)
    bind_invocation(function="watchdog", request_id=getattr(context, "aws_request_id", None))
    request = parse_watch_event(event)
    container = WatchdogContainer.bootstrap()
    if not is_check_due(request, container.check_times):
        return {"date": None, "problems": 0, "raised": 0}
    report = container.watch_day.check(request.day, repair=request.repair)
    container.adapters.metrics.put({"WatchdogLooks": 1, "WatchdogProblems": report.left})
    return {"date": report.day.isoformat(), "problems": report.left, "raised": report.raised}

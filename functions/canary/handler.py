"""EventBridge rule, or the state machine of a held run → pages with known answers."""

from typing import Any

from sunwi.adapters.aws.records import remaining_seconds
from sunwi.bootstrap.canary import CanaryContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.canary.parse_canary_event import FirstCheck, parse_canary_event
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Read the canary's pages, and store how many of them were recognised.

    Args:
        event: A scheduled event, or `{"run_id": …, "number": 1}` for a run that is held.
        context: Lambda's.

    Returns:
        `run_id`, `number` and `recognised_share` of the check, 0 to 1.

    Raises:
        SunwiError: No page could be loaded; the run does not wait for it.
    """
    configure_logging(load_settings().log_level)
    bind_invocation(function="canary", request_id=getattr(context, "aws_request_id", None))
    request = parse_canary_event(event)
    check_canary, remaining = CanaryContainer.bootstrap().check_canary, remaining_seconds(context)
    if isinstance(request, FirstCheck):
        check = check_canary.scheduled(request.event_time, remaining_seconds=remaining)
    else:
        check = check_canary.again(request.run_id, request.number, remaining_seconds=remaining)
    return {"run_id": check.run_id, "number": check.number, "recognised_share": check.recognised_share}

"""EventBridge rule, or an operator, → run, tasks, SQS, state machine."""

import secrets
from typing import Any

from sunwi.bootstrap import bootstrap
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.parse_dispatch_event import ScheduledRequest, parse_dispatch_event
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Dispatch the run that an event asks for.

    Args:
        event: A scheduled event, `{"kind": "MANUAL"}` or `{"kind": "ON_DEMAND", "tracking_ids": [1]}`.
        context: Lambda's.

    Returns:
        `run_id`, `expected` and `business_date` of the run.

    Raises:
        SunwiError: Refused, or to be delivered again; Lambda retries, then keeps the event.
    """
    settings = load_settings()
    configure_logging(settings.log_level)
    bind_invocation(function="dispatcher", request_id=getattr(context, "aws_request_id", None))
    request = parse_dispatch_event(event)
    dispatch = bootstrap().dispatch_run
    if isinstance(request, ScheduledRequest):
        run = dispatch.scheduled(request.event_time)
    else:
        # Lambda's own retries carry the same request id, and so name the same run.
        request_id = getattr(context, "aws_request_id", None) or secrets.token_hex(4)
        run = dispatch.started(request.kind, request.tracking_ids, token=request_id[:8])
    return {"run_id": run.id, "expected": run.expected, "business_date": run.business_date.isoformat()}

"""EventBridge rule, state machine or operator → run, tasks, SQS, state machine."""

import uuid
from typing import Any

from sunwi.adapters.aws.records import remaining_seconds
from sunwi.bootstrap.runs import RunContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.runs.parse_dispatch_event import ReleaseRequest, ScheduledRequest, parse_dispatch_event
from sunwi.service.runs.send_tasks import last_chunk_at
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Dispatch the run that an event asks for, or let one go that the canary holds.

    Args:
        event: A scheduled event, `{"kind": "MANUAL"}`, `{"kind": "ON_DEMAND", "tracking_ids": [1]}` or
            `{"action": "RELEASE", "run_id": …}`.
        context: Lambda's.

    Returns:
        `run_id`, `expected` and `business_date` of the run.

    Raises:
        SunwiError: Refused, or to be delivered again; Lambda retries, then keeps the event.
    """
    configure_logging(load_settings().log_level)
    bind_invocation(function="dispatcher", request_id=getattr(context, "aws_request_id", None))
    request = parse_dispatch_event(event)
    container = RunContainer.bootstrap()
    until = last_chunk_at(container.adapters.clock.now(), remaining_seconds(context))
    if isinstance(request, ScheduledRequest):
        run = container.dispatch_run.scheduled(request.event_time, asks_canary=True, until=until)
    elif isinstance(request, ReleaseRequest):
        run = container.release_run.release(request.run_id, check_failed=request.check_failed, until=until)
    else:
        request_id = getattr(context, "aws_request_id", None) or str(uuid.uuid4())  # Lambda's retries keep it
        run = container.dispatch_run.started(request.kind, request.tracking_ids, request_id=request_id, until=until)
    return {"run_id": run.id, "expected": run.expected, "business_date": run.business_date.isoformat()}

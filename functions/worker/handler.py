"""State machine of jobs → one attempt of one job."""

from typing import Any

from sunwi.bootstrap.workers import run_attempt
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.jobs.parse_tender_event import parse_job_key
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Run an attempt that was admitted.

    Args:
        event: `{"job_id": …, "generation": 1}`.
        context: Lambda's.

    Returns:
        `job_id`, `generation` and `outcome`, and nothing else: the state machine keeps what it is told.

    Raises:
        AttemptTaken: Another invocation has this attempt.
        ConfigurationError: A setting cannot be used.
    """
    configure_logging(load_settings().log_level)
    key = parse_job_key(event)
    request_id = getattr(context, "aws_request_id", None)
    bind_invocation(function="worker", request_id=request_id, job_id=key.job_id, generation=key.generation)
    outcome = run_attempt(key, remaining_seconds=context.get_remaining_time_in_millis() / 1000)
    return {"job_id": key.job_id, "generation": key.generation, "outcome": outcome}

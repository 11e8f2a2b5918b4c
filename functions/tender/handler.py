"""Each minute, each end of an attempt, each nudge and each schedule → jobs that go on."""

from typing import Any

from sunwi.bootstrap.tender import TenderContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.jobs import parse_tender_event as asked
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 - Lambda's own context object
    """Do what an event asks for, and admit whoever is next.

    Args:
        event: A scheduled event, `{"action": "tick"}`, a nudge, the state machine's
            `{"action": "ended" | "crashed", "job_id": …, "generation": 1, …}`, or messages of the queue of schedules.
        context: Lambda's.

    Raises:
        SunwiError: It was not done: the state machine tries it again, the queue delivers it again, and the next
            minute makes up for a tick.
    """
    configure_logging(load_settings().log_level)
    bind_invocation(function="tender", request_id=getattr(context, "aws_request_id", None))
    request, container = asked.parse_tender_event(event), TenderContainer.bootstrap()
    match request:
        case asked.TickDue():
            container.tick.tick()
        case asked.Nudged(urgent=urgent):
            container.admit_jobs.scale_and_admit(urgent=urgent)
        case asked.AttemptEnded(key=key, outcome=outcome):
            container.end_attempt.ended(key, outcome)
        case asked.AttemptCrashed(key=key, error=error, error_type=error_type):
            container.end_attempt.crashed(key, error=error, error_type=error_type)
        case asked.SubmissionsDue(submissions=submissions):
            for each in submissions:
                container.submit_due.submit(each.body, sent_at=each.sent_at)

"""Start runs by hand, cancel them, and have measured again what failed."""

from datetime import timedelta

from pydantic import Field

from sunwi.domain.failure import FailureCause
from sunwi.domain.retry import RetryOrder
from sunwi.domain.tracking_list import ALL_TRACKINGS
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.asked.request_ids import run_request_id
from sunwi.web.asked.tracking_words import TrackingWords
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.web.routes.runs.read_runs import run_id_of
from sunwi.wording.capacity_words import capacity_words
from sunwi.wording.documents import run_document
from sunwi.wording.runs.run_documents import cancelled_run_document, retried_run_document

_ACCEPTED = 202
#: Messages are sent for so long before somebody is answered; the state machine has the others sent.
_SENDING_TIME = timedelta(seconds=5)
#: Messages of one call that has failed ones measured again.
_MOST_RETRIED = 1000


class StartRunBody(Asked):
    """Over what a run is started."""

    filter: TrackingWords | None = Field(None, description="Left out: every active tracking.")


class RetryFailedBody(Asked):
    """Which of a run's unmeasured trackings."""

    cause: list[FailureCause] = Field(default_factory=list, max_length=50, description="Empty: whatever the cause.")
    expired: bool = Field(default=False, description="Those that nobody looked at in time, too.")
    waiting: bool = Field(default=False, description="Those that are in the queue already, too.")
    limit: int = Field(_MOST_RETRIED, ge=1, le=_MOST_RETRIED)


def start_run(request: Request[None, StartRunBody]) -> Answer:
    """Start a MANUAL run."""
    wanted = ALL_TRACKINGS if request.body.filter is None else request.body.filter.wanted()
    run = request.house.runs.start_run.start(
        request.actor, wanted, request_id=run_request_id(request, "start_run"), until=request.at + _SENDING_TIME
    )
    warning = request.house.runs.check_capacity.warning(run)
    document = {**run_document(run), "capacity_warning": None if warning is None else capacity_words(warning)}
    return Answer(status=_ACCEPTED, document=document, headers={"Location": f"/api/v1/runs/{run.id}"})


def cancel_run(request: Request[None, None]) -> Answer:
    """Cancel what waits of a run."""
    cancelled = request.house.runs.cancel_run.cancel(request.actor, run_id_of(request))
    return Answer(document=cancelled_run_document(cancelled))


def retry_failed(request: Request[None, RetryFailedBody]) -> Answer:
    """Queue again what a run failed to measure."""
    asked, run_id = request.body, run_id_of(request)
    order = RetryOrder(
        with_expired=asked.expired, with_waiting=asked.waiting, causes=frozenset(asked.cause), limit=asked.limit
    )
    plan = request.house.runs.retry_failed.retry(request.actor, run_id, order)
    return Answer(document=retried_run_document(run_id, plan))


ROUTES: tuple[Route, ...] = (
    Route(
        name="start_run",
        method="POST",
        path="/api/v1/runs",
        action=Action.RUNS_CHANGE,
        handle=start_run,
        summary="Start a run now over every active tracking, or those that a filter takes.",
        body=StartRunBody,
        success=_ACCEPTED,
    ),
    Route(
        name="cancel_run",
        method="POST",
        path="/api/v1/runs/<run_id>/cancel",
        action=Action.RUNS_CHANGE,
        handle=cancel_run,
        summary="Cancel what a run has not attempted yet; an attempt under way may end.",
    ),
    Route(
        name="retry_failed_of_run",
        method="POST",
        path="/api/v1/runs/<run_id>/retry-failed",
        action=Action.RUNS_CHANGE,
        handle=retry_failed,
        summary="Queue again what a run failed to measure, by cause; ask again while `left` is not 0.",
        body=RetryFailedBody,
    ),
)

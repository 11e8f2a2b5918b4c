"""The addresses of the first crawling service, answered over jobs.

Source: docs/jobs.md, addresses of the first crawling service.
"""

from typing import Any

from pydantic import Field, JsonValue

from sunwi.domain.job import Job, JobState
from sunwi.domain.job_answers import CancelAnswer
from sunwi.domain.job_order import JobOrder
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.jobs.job_failure_words import job_failure_words

#: What is started there.
_WORK = "baemin"

#: States as that service called them.
_STATUSES = {
    JobState.PENDING: "PENDING",
    JobState.QUEUED: "PENDING",
    JobState.RUNNING: "PROGRESS",
    JobState.SUCCEEDED: "SUCCESS",
    JobState.FAILED: "FAILURE",
    JobState.EXPIRED: "FAILURE",
    JobState.CANCELLED: "REVOKED",
}

_CANCELLED = {CancelAnswer.ENDED: "작업이 취소되었습니다", CancelAnswer.REQUESTED: "작업에 중지를 요청했습니다"}


class StartBody(Asked):
    """What a crawl is started with."""

    user_id: str | None = Field(None, max_length=200, description="Not used: the job is its key's account's.")
    task_options: dict[str, JsonValue] = Field(default_factory=dict)


def start_baemin_crawling(request: Request[None, StartBody]) -> Answer:
    """Submit a job of the kind."""
    order = JobOrder(work=_WORK, params=request.body.task_options)
    job = request.house.jobs.submit_job.submit(request.actor, order, idempotency_key=request.idempotency_key).job
    return Answer(document={"success": True, "task_id": job.id, "message": "작업이 시작되었습니다"})


def get_baemin_task(request: Request[None, None]) -> Answer:
    """Answer how far a job is."""
    job = request.house.jobs.show_job.show(request.actor, request.path["task_id"]).job
    return Answer(document=_task_document(job), version=str(job.version))


def cancel_baemin_task(request: Request[None, None]) -> Answer:
    """Cancel a job."""
    answer = request.house.jobs.cancel_job.cancel(request.actor, request.path["task_id"])
    return Answer(document={"success": True, "message": _CANCELLED[answer]})


def _task_document(job: Job) -> dict[str, Any]:
    return {
        "task_id": job.id,
        "status": _STATUSES[job.state],
        "progress": job.progress,
        "step": job.step,
        "message": job.message,
        "error": None if job.failure is None else job_failure_words(job.failure),
    }


ROUTES: tuple[Route, ...] = (
    Route(
        name="start_baemin_crawling",
        method="POST",
        path="/api/baemin/start-crawling",
        action=Action.JOBS_CHANGE,
        handle=start_baemin_crawling,
        summary="Start a crawl of Baemin's stores.",
        body=StartBody,
    ),
    Route(
        name="get_baemin_task",
        method="GET",
        path="/api/baemin/task-status/<task_id>",
        action=Action.JOBS_READ,
        handle=get_baemin_task,
        summary="Ask how far a task is.",
    ),
    Route(
        name="cancel_baemin_task",
        method="DELETE",
        path="/api/baemin/cancel-task/<task_id>",
        action=Action.JOBS_CHANGE,
        handle=cancel_baemin_task,
        summary="Cancel a task.",
    ),
)

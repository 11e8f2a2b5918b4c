"""Cancel jobs, let them wait again, and take bulk actions back."""

from typing import Self

from pydantic import Field, model_validator

from sunwi.domain.job import JobState
from sunwi.domain.job_list import FailedJobs, JobFilter
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked, Word
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.error_words import error_words
from sunwi.wording.jobs.job_documents import job_document
from sunwi.wording.jobs.submit_documents import cancel_document, retry_document, undo_document


class FreshQuery(Asked):
    """How a job begins again."""

    fresh: bool = Field(default=False, description="From the beginning, without its checkpoint.")


class RetryBody(FreshQuery):
    """Which failed and expired jobs wait again: by id, or all that the rest lets through."""

    ids: list[Word] | None = Field(None, min_length=1, description="At most 10,000.")
    cause: Word = Field("", description="Code of their failure.")
    work: Word = ""
    states: list[JobState] = Field(default_factory=list, max_length=10)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.ids or self.cause or self.work or self.states):
            raise ValueError("nothing is to be retried: name ids, or use cause, work or states")
        return self


def cancel_job(request: Request[None, None]) -> Answer:
    """End a job that waits; ask one that runs to stop."""
    job_id = request.path["job_id"]
    answer = request.house.jobs.cancel_job.cancel(request.actor, job_id)
    return Answer(document=cancel_document({job_id: answer})["jobs"][0])


def retry_job(request: Request[FreshQuery, None]) -> Answer:
    """Let one failed or expired job wait again."""
    failed = FailedJobs(wanted=JobFilter(), actor=request.actor, job_ids=[request.path["job_id"]])
    verdicts = request.house.jobs.retry_jobs.retry(request.actor, failed, fresh=request.query.fresh)
    if (error := verdicts[0].error) is not None:
        raise error
    return Answer(document=retry_document(verdicts)["jobs"][0])


def retry_jobs(request: Request[None, RetryBody]) -> Answer:
    """Let failed and expired jobs wait again, with a verdict for each."""
    asked = request.body
    wanted = JobFilter(states=tuple(asked.states), work=asked.work, code=asked.cause)
    failed = FailedJobs(wanted=wanted, actor=request.actor, job_ids=asked.ids)
    verdicts = request.house.jobs.retry_jobs.retry(request.actor, failed, fresh=asked.fresh)
    return Answer(document=retry_document(verdicts, describe=error_words))


def undo_job(request: Request[None, None]) -> Answer:
    """Take a bulk action back."""
    job_id = request.path["job_id"]
    submitted = request.house.bulk_actions.undo_bulk_action.undo(request.actor, job_id)
    if submitted is None:
        return Answer(document=undo_document(job_id, None, is_repeat=False))
    document = undo_document(job_id, job_document(submitted.job), is_repeat=submitted.is_repeat)
    return Answer(document=document, headers={"Location": f"/api/v1/jobs/{submitted.job.id}"})


ROUTES: tuple[Route, ...] = (
    Route(
        name="cancel_job",
        method="POST",
        path="/api/v1/jobs/<job_id>/cancel",
        action=Action.JOBS_CHANGE,
        handle=cancel_job,
        summary="Cancel a job: what waits ends at once, what runs stops at its next safe point.",
    ),
    Route(
        name="retry_job",
        method="POST",
        path="/api/v1/jobs/<job_id>/retry",
        action=Action.JOBS_CHANGE,
        handle=retry_job,
        summary="Let a failed or expired job wait again.",
        query=FreshQuery,
    ),
    Route(
        name="retry_jobs",
        method="POST",
        path="/api/v1/jobs/retry",
        action=Action.JOBS_CHANGE,
        handle=retry_jobs,
        summary="Let failed and expired jobs wait again: by id, or by cause, kind and state.",
        body=RetryBody,
    ),
    Route(
        name="undo_job",
        method="POST",
        path="/api/v1/jobs/<job_id>/undo",
        action=Action.JOBS_CHANGE,
        handle=undo_job,
        summary="Take a bulk action back: exactly what it changed, where that is still as it left it.",
    ),
)

"""Submit jobs: one, or up to 10,000 in one call."""

from typing import TYPE_CHECKING

from pydantic import Field, JsonValue, ValidationError

from sunwi.domain.job_answers import RowProblem
from sunwi.errors import InvalidInput
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.asked.job_order_body import JobOrderBody
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.error_words import error_words
from sunwi.wording.jobs.job_documents import job_document
from sunwi.wording.jobs.submit_documents import bulk_document

if TYPE_CHECKING:
    from sunwi.domain.job_order import JobOrder

#: 10,000 rows with Korean params; Lambda takes 6 MB.
MOST_BULK_BYTES = 5_000_000

#: HTTP's, of what will be done later.
ACCEPTED = 202


class BulkBody(Asked):
    """Jobs that are asked for together."""

    jobs: list[dict[str, JsonValue]] = Field(description="Each as the body of `submit_job`; at most 10,000.")
    partial: bool = Field(default=False, description="Submit the good ones although others are refused.")


def submit_job(request: Request[None, JobOrderBody]) -> Answer:
    """Store a job and answer with it; it begins when a worker is free."""
    submitted = request.house.jobs.submit_job.submit(
        request.actor, request.body.order(), idempotency_key=request.idempotency_key
    )
    return Answer(
        status=ACCEPTED,
        document={**job_document(submitted.job), "is_repeat": submitted.is_repeat},
        headers={"Location": f"/api/v1/jobs/{submitted.job.id}"},
    )


def submit_jobs(request: Request[None, BulkBody]) -> Answer:
    """Store jobs and answer row by row; 200 says that nothing was stored, since rows were refused."""
    orders: list[JobOrder] = []
    problems: list[RowProblem] = []
    for row, given in enumerate(request.body.jobs, 1):
        try:
            orders.append(JobOrderBody.model_validate(given).order())
        except ValidationError as error:
            problems.append(RowProblem(row, _row_problem(error)))
    answer = request.house.jobs.submit_bulk.submit(
        request.actor,
        orders,
        partial=request.body.partial,
        idempotency_key=request.idempotency_key,
        problems=problems,
    )
    document = bulk_document(answer, range(1, len(answer.job_ids) + 1), describe=error_words)
    return Answer(status=ACCEPTED if answer.stored else 200, document=document)


def _row_problem(error: ValidationError) -> InvalidInput:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    first = found[0]
    name = ".".join(map(str, first["loc"]))
    return InvalidInput(
        f"the row cannot be used: {name}: {first['msg']}", code="job_row_unusable", name=name, cause=first["msg"]
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="submit_job",
        method="POST",
        path="/api/v1/jobs",
        action=Action.JOBS_CHANGE,
        handle=submit_job,
        summary="Submit a job.",
        body=JobOrderBody,
        success=ACCEPTED,
    ),
    Route(
        name="submit_jobs",
        method="POST",
        path="/api/v1/jobs/bulk",
        action=Action.JOBS_CHANGE,
        handle=submit_jobs,
        summary="Submit up to 10,000 jobs, all or none (with `partial`, the good ones), with a verdict for each row.",
        body=BulkBody,
        success=ACCEPTED,
        most_bytes=MOST_BULK_BYTES,
    ),
)

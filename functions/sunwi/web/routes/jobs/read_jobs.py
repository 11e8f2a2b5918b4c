"""List jobs, show one with its attempts, and read what it leaves."""

from typing import Any
from urllib.parse import quote, unquote

from pydantic import Field

from sunwi.domain.job import ACTIVE, JobState
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.service.accounts.permissions import Action
from sunwi.service.jobs.reading.list_jobs import MAX_PAGE_LENGTH
from sunwi.web.answer import NOT_MODIFIED, Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, CommaSeparated, Cursor, Moment, Word
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.jobs.job_documents import job_page_document, job_result_document, shown_job_document


class PageQuery(Asked):
    """Which page."""

    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: Cursor = None


class ListedJobQuery(PageQuery):
    """Which jobs, and from where on."""

    state: CommaSeparated[JobState] = Field(default_factory=tuple)
    work: Word = ""
    cause: Word = Field("", description="Code of their failure.")
    mine: bool = Field(default=False, description="Only those that the caller submitted.")
    batch: Word = Field("", description="Of one bulk submission.")
    since: Moment | None = Field(None, description="Submitted then or later.")


def list_jobs(request: Request[ListedJobQuery, None]) -> Answer:
    """Answer with one page of the jobs that the caller sees, newest first."""
    asked = request.query
    wanted = JobFilter(
        states=asked.state,
        work=asked.work,
        code=asked.cause,
        owner=request.actor.owner if asked.mine else "",
        batch_id=asked.batch,
        since=asked.since,
    )
    return _page(request, wanted, asked)


def list_active_jobs(request: Request[PageQuery, None]) -> Answer:
    """Answer with those of the caller's own jobs that have not ended."""
    return _page(request, JobFilter(states=sorted(ACTIVE), owner=request.actor.owner), request.query)


def get_job(request: Request[None, None]) -> Answer:
    """Answer with a job and its attempts in time; its version is the ETag."""
    shown = request.house.jobs.show_job.show(request.actor, request.path["job_id"])
    version = str(shown.job.version)
    if request.knows(version):
        return Answer(status=NOT_MODIFIED, version=version)
    return Answer(document=shown_job_document(shown), version=version)


def get_job_result(request: Request[None, None]) -> Answer:
    """Answer with what a job found, and where its files are."""
    job_id = request.path["job_id"]
    result = request.house.jobs.read_result.read(request.actor, job_id)
    folder = f"/api/v1/jobs/{job_id}/files/"
    return Answer(document=job_result_document(job_id, result, {name: folder + quote(name) for name in result.files}))


def get_job_file(request: Request[None, None]) -> Answer:
    """Lead to a file that a job left: no byte of it goes through here."""
    # A gateway hands the path on as it came, or decoded.
    name = unquote(request.path["name"])
    file = request.house.jobs.read_result.find_file(request.actor, request.path["job_id"], name)
    return Answer(status=302, headers={"Location": request.house.requests.link_file.link(request.actor, file).path})


def _page(request: Request[Any, None], wanted: JobFilter, asked: PageQuery) -> Answer:
    query = JobQuery(wanted=wanted, actor=request.actor, limit=asked.limit, before=asked.after)
    return Answer(document=job_page_document(request.house.jobs.list_jobs.page(query)))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_jobs",
        method="GET",
        path="/api/v1/jobs",
        action=Action.JOBS_READ,
        handle=list_jobs,
        summary="List jobs, newest first.",
        query=ListedJobQuery,
    ),
    Route(
        name="list_active_jobs",
        method="GET",
        path="/api/v1/jobs/active",
        action=Action.JOBS_READ,
        handle=list_active_jobs,
        summary="List the caller's own jobs that have not ended.",
        query=PageQuery,
    ),
    Route(
        name="get_job",
        method="GET",
        path="/api/v1/jobs/<job_id>",
        action=Action.JOBS_READ,
        handle=get_job,
        summary="Show a job, its attempts over time, and why it failed.",
    ),
    Route(
        name="get_job_result",
        method="GET",
        path="/api/v1/jobs/<job_id>/result",
        action=Action.JOBS_READ,
        handle=get_job_result,
        summary="Read what a job found.",
    ),
    Route(
        name="get_job_file",
        method="GET",
        path="/api/v1/jobs/<job_id>/files/<name>",
        action=Action.JOBS_READ,
        handle=get_job_file,
        summary="Be led to a file that a job left.",
        success=302,
    ),
)

"""List runs, show one, and page through what became of its trackings."""

from typing import Any

from pydantic import Field

from sunwi.domain.failure import FailureCause
from sunwi.domain.run import TaskState
from sunwi.domain.run_list import TaskQuery
from sunwi.domain.task import is_run_id
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import MAX_ID, PAGE_LENGTH, Asked, CommaSeparated, Cursor
from sunwi.web.request import Request, not_found
from sunwi.web.route import Route
from sunwi.wording.runs.run_documents import run_page_document, run_summary_document, task_page_document

_MOST_RUNS, _MOST_TASKS = 200, 1000


class RunListQuery(Asked):
    """Which page."""

    limit: int = Field(PAGE_LENGTH, ge=1, le=_MOST_RUNS)
    after: Cursor = None


class RunTaskQuery(Asked):
    """Which tasks, and from where on."""

    state: CommaSeparated[TaskState] = Field(default_factory=tuple)
    cause: CommaSeparated[FailureCause] = Field(default_factory=tuple)
    limit: int = Field(PAGE_LENGTH, ge=1, le=_MOST_TASKS)
    after: int = Field(0, ge=0, le=MAX_ID, description="As `next` of the page before.")


def run_id_of(request: Request[Any, Any]) -> str:
    """Return the id of the run in a path.

    Raises:
        InvalidInput: No run is called so.
    """
    run_id = request.path["run_id"]
    if not is_run_id(run_id):
        raise not_found("run_id", run_id)
    return run_id


def list_runs(request: Request[RunListQuery, None]) -> Answer:
    """Answer with one page of runs."""
    page = request.house.runs.show_run.page(request.query.limit, cursor=request.query.after)
    return Answer(document=run_page_document(page))


def get_run(request: Request[None, None]) -> Answer:
    """Answer with a run's equation, and what became of its pages."""
    return Answer(document=run_summary_document(request.house.runs.show_run.show(run_id_of(request), with_tasks=False)))


def list_run_tasks(request: Request[RunTaskQuery, None]) -> Answer:
    """Answer with one page of what became of a run's trackings."""
    asked, run_id = request.query, run_id_of(request)
    query = TaskQuery(run_id=run_id, states=asked.state, causes=asked.cause, limit=asked.limit, after=asked.after)
    return Answer(document=task_page_document(run_id, request.house.runs.show_run.tasks(query)))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_runs",
        method="GET",
        path="/api/v1/runs",
        action=Action.RUNS_READ,
        handle=list_runs,
        summary="List runs, newest first.",
        query=RunListQuery,
    ),
    Route(
        name="get_run",
        method="GET",
        path="/api/v1/runs/<run_id>",
        action=Action.RUNS_READ,
        handle=get_run,
        summary="Show a run: its equation, its circuits, and what became of its pages.",
    ),
    Route(
        name="list_run_tasks",
        method="GET",
        path="/api/v1/runs/<run_id>/tasks",
        action=Action.RUNS_READ,
        handle=list_run_tasks,
        summary="List what became of a run's trackings, by state and cause.",
        query=RunTaskQuery,
    ),
)

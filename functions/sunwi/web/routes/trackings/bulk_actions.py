"""Actions on all trackings that a filter takes: counted first, done by a job, and taken back."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sunwi.domain.bulk_action import MOST_ROWS
from sunwi.domain.bulk_action import Action as BulkAction
from sunwi.service.accounts.permissions import Action
from sunwi.service.bulk_actions.bulk_action import MOST_NAMED
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked, RowId
from sunwi.web.asked.tracking_words import TrackingWords
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.web.routes.jobs.change_jobs import undo_job
from sunwi.wording.jobs.job_documents import job_document
from sunwi.wording.jobs.submit_documents import bulk_action_document

_ACCEPTED = 202

ActionName = Literal["pause", "resume", "end", "tag", "untag", "measure"]


class BulkActionBody(Asked):
    """What is to be done to which trackings: all that a filter takes, or those that are named."""

    action: ActionName
    filter: TrackingWords | None = None
    ids: list[RowId] | None = Field(None, min_length=1, max_length=MOST_NAMED)
    expected_count: int = Field(ge=1, le=MOST_ROWS, description="As `count_bulk_action` says; of ids, their number.")
    tags: list[str] = Field(default_factory=list, max_length=50, description="Of tag and untag.")
    note: str = Field("", max_length=500, description="Why, for whoever looks at the job.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.filter is None) is (self.ids is None):
            raise ValueError("name either a filter or ids")
        return self

    def params(self) -> dict[str, Any]:
        """Return the params of the job."""
        named = {"ids": sorted(set(self.ids))} if self.ids is not None else {}
        return {
            "action": self.action,
            "filter": named if self.filter is None else self.filter.words(),
            "expected_count": self.expected_count,
            "tags": self.tags,
            "note": self.note,
        }


def count_bulk_action(request: Request[TrackingWords, None]) -> Answer:
    """Answer how many trackings of the caller a filter takes."""
    params = {"action": BulkAction.PAUSE.value, "filter": request.query.words()}
    return Answer(document={"count": request.house.bulk_actions.count_matching.count(request.actor, params)})


def start_bulk_action(request: Request[None, BulkActionBody]) -> Answer:
    """Submit the job, if just as many match as were expected."""
    submitted = request.house.bulk_actions.submit_bulk_action.submit(
        request.actor, request.body.params(), idempotency_key=request.idempotency_key
    )
    document = bulk_action_document(request.body.action, request.body.expected_count, job_document(submitted.job))
    headers = {"Location": f"/api/v1/jobs/{submitted.job.id}"}
    return Answer(status=_ACCEPTED, document={**document, "is_repeat": submitted.is_repeat}, headers=headers)


ROUTES: tuple[Route, ...] = (
    Route(
        name="count_bulk_action",
        method="GET",
        path="/api/v1/bulk-actions/count",
        action=Action.TRACKINGS_READ,
        handle=count_bulk_action,
        summary="Count what a bulk action with this filter would act on.",
        query=TrackingWords,
    ),
    Route(
        name="start_bulk_action",
        method="POST",
        path="/api/v1/bulk-actions",
        action=Action.TRACKINGS_CHANGE,
        handle=start_bulk_action,
        summary="Act on all trackings that a filter takes, or that are named; the job begins in ten seconds.",
        body=BulkActionBody,
        success=_ACCEPTED,
    ),
    Route(
        name="undo_bulk_action",
        method="POST",
        path="/api/v1/bulk-actions/<job_id>/undo",
        action=Action.TRACKINGS_CHANGE,
        handle=undo_job,
        summary="Take a bulk action back: exactly what it changed, where that is still as it left it.",
    ),
)

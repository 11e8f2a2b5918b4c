"""Add a tracking, and measure it at once."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from sunwi.service.accounts.permissions import Action
from sunwi.service.runs.measure_new import Measuring
from sunwi.service.trackings.parse_tracking import parse_tracking
from sunwi.service.trackings.then_measure import measure_at_night
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.asked.request_ids import run_request_id
from sunwi.web.asked.tracking_words import TrackingRowBody
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.capacity_words import capacity_words
from sunwi.wording.documents import shared_document, tracking_document
from sunwi.wording.trackings.import_documents import measuring_document

_CREATED, _OK = 201, 200


class When(StrEnum):
    """When new trackings are measured first."""

    NOW = "now"
    NIGHT = "night"


class AddQuery(Asked):
    """When it is measured first."""

    when: When = Field(When.NOW, description="`night`: by the nightly run.")


def add_tracking(request: Request[AddQuery, TrackingRowBody]) -> Answer:
    """Store a tracking with the run that measures it; 200 says that an equal one was there."""
    new, is_now = parse_tracking(request.body.fields()), request.query.when is When.NOW
    run = request.house.runs.measure_new.begin(run_request_id(request, "add_tracking")) if is_now else None
    added = request.house.trackings.manage_trackings.add(request.actor, new, then=run or measure_at_night)
    measuring = run.watch(1) if run is not None and added.is_new else Measuring()
    warning = request.house.runs.check_capacity.warning() if added.is_new else None
    document: dict[str, Any] = {
        **tracking_document(added.tracking),
        "tags": list(added.tags),
        "is_new": added.is_new,
        "differs_in": list(added.differs_in),
        "shared": [shared_document(other) for other in added.shared],
        "capacity_warning": None if warning is None else capacity_words(warning),
        **measuring_document(measuring, when=request.query.when),
    }
    headers = {"Location": f"/api/v1/trackings/{added.tracking.id}"}
    return Answer(status=_CREATED if added.is_new else _OK, document=document, headers=headers)


ROUTES: tuple[Route, ...] = (
    Route(
        name="add_tracking",
        method="POST",
        path="/api/v1/trackings",
        action=Action.TRACKINGS_CHANGE,
        handle=add_tracking,
        summary="Add a tracking, and measure it at once; 200 instead of 201 says that an equal one was there.",
        query=AddQuery,
        body=TrackingRowBody,
        success=_CREATED,
    ),
)

"""Events: what changed for trackings; thresholds: what of it is worth telling a client."""

from datetime import date

from pydantic import Field

from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.evaluation_list import MAX_EVENTS, EventQuery, read_cursor
from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS, LIMITS, Thresholds
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, CommaSeparated, Cursor, RowId
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.evaluation.evaluation_documents import client_thresholds_document, event_page_document

_DROP, _GAP = LIMITS["drop_places"], LIMITS["gap_days"]
_UNMEASURED, _ENDS_SOON = LIMITS["unmeasured_nights"], LIMITS["ends_soon_days"]


class ListedEventQuery(Asked):
    """Which events, and from where on."""

    day: date | None = Field(None, description="Korean date.")
    client: RowId | None = None
    tracking: RowId | None = None
    kind: CommaSeparated[EventKind] = Field(default_factory=tuple)
    state: EventState | None = None
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_EVENTS)
    after: Cursor = None


class ThresholdsBody(Asked):
    """All that is worth telling; what is left out has its default."""

    drop_places: int = Field(DEFAULT_THRESHOLDS.drop_places, ge=_DROP[0], le=_DROP[1])
    gap_days: int = Field(DEFAULT_THRESHOLDS.gap_days, ge=_GAP[0], le=_GAP[1])
    unmeasured_nights: int = Field(DEFAULT_THRESHOLDS.unmeasured_nights, ge=_UNMEASURED[0], le=_UNMEASURED[1])
    ends_soon_days: int = Field(DEFAULT_THRESHOLDS.ends_soon_days, ge=_ENDS_SOON[0], le=_ENDS_SOON[1])
    told: list[EventKind] | None = Field(None, max_length=50, description="Left out: every kind.")
    is_daily: bool = False


def list_events(request: Request[ListedEventQuery, None]) -> Answer:
    """Answer with one page of what changed for the trackings that the caller sees."""
    asked = request.query
    query = EventQuery(
        actor=request.actor,
        day=asked.day,
        tracking_id=asked.tracking,
        client_id=asked.client,
        kinds=asked.kind,
        state=asked.state,
        limit=asked.limit,
        after=None if asked.after is None else read_cursor(asked.after),
    )
    document = event_page_document(request.house.evaluation.list_events.page(query))
    return Answer(document={name: value for name, value in document.items() if value is not None})


def get_thresholds(request: Request[None, None]) -> Answer:
    """Answer what holds for a client, and what will."""
    found = request.house.evaluation.manage_thresholds.show(request.actor, request.number("client_id"))
    return Answer(document=client_thresholds_document(found))


def set_thresholds(request: Request[None, ThresholdsBody]) -> Answer:
    """Set what holds for a client from the next night on."""
    given = request.body.model_dump(exclude={"told"})
    told = frozenset(EventKind if request.body.told is None else request.body.told)
    thresholds = Thresholds(told=told, **given)
    found = request.house.evaluation.manage_thresholds.set(request.actor, request.number("client_id"), thresholds)
    return Answer(document=client_thresholds_document(found))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_events",
        method="GET",
        path="/api/v1/events",
        action=Action.TRACKINGS_READ,
        handle=list_events,
        summary="List what changed for trackings, the latest day first.",
        query=ListedEventQuery,
    ),
    Route(
        name="get_thresholds",
        method="GET",
        path="/api/v1/clients/<client_id>/thresholds",
        action=Action.NOTICES_READ,
        handle=get_thresholds,
        summary="Show what is worth telling a client.",
    ),
    Route(
        name="set_thresholds",
        method="PUT",
        path="/api/v1/clients/<client_id>/thresholds",
        action=Action.NOTICES_CHANGE,
        handle=set_thresholds,
        summary="Set what is worth telling a client, from the next night on.",
        body=ThresholdsBody,
    ),
)

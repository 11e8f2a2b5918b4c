"""List trackings, show one with its history, and prove a day."""

from datetime import date

from pydantic import Field

from sunwi.domain.tracking_list import ListOrder, TrackingSort
from sunwi.service.accounts.permissions import Action
from sunwi.service.trackings.list_trackings import MAX_PAGE_LENGTH, PAGE_LENGTH
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Cursor
from sunwi.web.asked.tracking_words import TrackingWords
from sunwi.web.request import Request, not_found
from sunwi.web.route import Route
from sunwi.wording.documents import history_document, line_document, page_document, proof_document


class TrackingQuery(TrackingWords):
    """What to list, in which order, and from where on."""

    sort: TrackingSort = TrackingSort.ID
    desc: bool = False
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: Cursor = None


def list_trackings(request: Request[TrackingQuery, None]) -> Answer:
    """Answer with one page of the trackings that the caller sees."""
    asked = request.query
    order = ListOrder(asked.sort, asked.desc)
    page = request.house.trackings.list_trackings.page(
        request.actor, asked.wanted(), order=order, limit=asked.limit, cursor=asked.after
    )
    return Answer(document=page_document(page))


def get_tracking(request: Request[None, None]) -> Answer:
    """Answer with a tracking, and where it stands."""
    line = request.house.trackings.list_trackings.find(request.actor, request.number("tracking_id"))
    return Answer(document=line_document(line))


def get_history(request: Request[None, None]) -> Answer:
    """Answer with a tracking's sessions day by day, what was corrected, and what was seen beside the ledger."""
    history = request.house.trackings.show_tracking.show(request.actor, request.number("tracking_id"))
    return Answer(document=history_document(history))


def get_sessions(request: Request[None, None]) -> Answer:
    """Answer with a tracking's sessions alone."""
    document = history_document(
        request.house.trackings.show_tracking.show(request.actor, request.number("tracking_id"))
    )
    names = ("current_session", "session_days", "sessions", "expected_finish")
    return Answer(document={"tracking_id": document["id"], **{name: document[name] for name in names}})


def get_proof(request: Request[None, None]) -> Answer:
    """Answer with the page that proves a day."""
    proof = request.house.ledger.show_proof.show(
        request.actor, request.number("tracking_id"), _day(request.path["date"])
    )
    return Answer(document=proof_document(proof))


def _day(text: str) -> date | None:
    if text == "latest":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise not_found("date", text) from None


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_trackings",
        method="GET",
        path="/api/v1/trackings",
        action=Action.TRACKINGS_READ,
        handle=list_trackings,
        summary="List trackings with their session's progress, filtered, sorted and page by page.",
        query=TrackingQuery,
    ),
    Route(
        name="get_tracking",
        method="GET",
        path="/api/v1/trackings/<tracking_id>",
        action=Action.TRACKINGS_READ,
        handle=get_tracking,
        summary="Show a tracking, and where it stands.",
    ),
    Route(
        name="get_tracking_history",
        method="GET",
        path="/api/v1/trackings/<tracking_id>/history",
        action=Action.TRACKINGS_READ,
        handle=get_history,
        summary="Show a tracking's sessions day by day, corrections, and what was seen beside the ledger.",
    ),
    Route(
        name="get_tracking_sessions",
        method="GET",
        path="/api/v1/trackings/<tracking_id>/sessions",
        action=Action.TRACKINGS_READ,
        handle=get_sessions,
        summary="Show a tracking's sessions.",
    ),
    Route(
        name="get_tracking_proof",
        method="GET",
        path="/api/v1/trackings/<tracking_id>/proof/<date>",
        action=Action.TRACKINGS_READ,
        handle=get_proof,
        summary="Name the page that proves a Korean date, or the `latest` day.",
    ),
)

"""`/api/v1/trackings`: what is measured, and for whom."""

from pydantic import BaseModel, ConfigDict, Field

from sunwi.domain.tracking import Kind, Surface, TrackingStatus
from sunwi.domain.tracking_list import ListOrder, TrackingFilter, TrackingSort
from sunwi.domain.tracking_state import Standing
from sunwi.service.accounts.permissions import Action
from sunwi.service.trackings.list_trackings import MAX_PAGE_LENGTH, PAGE_LENGTH
from sunwi.web.answer import Answer
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.documents import page_document


class TrackingQuery(BaseModel):
    """What to list, in which order, and from where on."""

    model_config = ConfigDict(extra="forbid")

    status: TrackingStatus | None = None
    state: Standing | None = None
    kind: Kind | None = None
    surface: Surface | None = None
    keyword: str = Field("", max_length=200)
    client: str = Field("", max_length=200)
    agency: str = Field("", max_length=200)
    area: str = Field("", max_length=100)
    tag: str = Field("", max_length=50)
    text: str = Field("", max_length=200)
    sort: TrackingSort = TrackingSort.ID
    desc: bool = False
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: str | None = Field(None, max_length=2000)

    def wanted(self) -> TrackingFilter:
        """Return what to list, as use cases know it."""
        return TrackingFilter(
            status=self.status,
            standing=self.state,
            kind=self.kind,
            surface=self.surface,
            keyword=self.keyword,
            client=self.client,
            agency=self.agency,
            area=self.area,
            tag=self.tag,
            text=self.text,
        )


def list_trackings(request: Request[TrackingQuery, None]) -> Answer:
    """Answer with one page of the trackings that the caller sees."""
    asked = request.query
    page = request.house.trackings.list_trackings.page(
        asked.wanted(), order=ListOrder(asked.sort, asked.desc), limit=asked.limit, cursor=asked.after
    )
    return Answer(document=page_document(page))


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
)

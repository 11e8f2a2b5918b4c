"""Change what a tracking counts and sells, pause it, resume it, end it."""

from pydantic import Field

from sunwi.domain.session import MAX_SESSION_DAYS, MIN_SESSION_DAYS
from sunwi.domain.tracking import MAX_TARGET_RANK, TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.accounts.permissions import Action
from sunwi.service.trackings.change_trackings import NO_TARGET_RANK, TrackingChanges
from sunwi.service.trackings.parse_areas import parse_areas
from sunwi.service.trackings.parse_terms import parse_tags
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.documents import line_document


class ChangesBody(Asked):
    """What is to change; what is left out stays."""

    areas: list[str] | None = Field(None, max_length=50, description="Where being exposed counts; empty: anywhere.")
    counts_bundled: bool | None = None
    session_days: int | None = Field(None, ge=MIN_SESSION_DAYS, le=MAX_SESSION_DAYS)
    target_rank: int | None = Field(None, ge=1, le=MAX_TARGET_RANK, description="null takes it away.")
    tags: list[str] | None = Field(None, max_length=50, description="All that it is to have.")

    def changes(self) -> TrackingChanges:
        """Return them as use cases know them.

        Raises:
            InvalidInput: Nothing is to change, or there is no such area or tag.
        """
        if not self.model_fields_set:
            raise InvalidInput("nothing is to be changed: name a field", code="changes_of_nothing")
        takes_rank_away = "target_rank" in self.model_fields_set and self.target_rank is None
        return TrackingChanges(
            areas=None if self.areas is None else parse_areas(",".join(self.areas)),
            bundled=self.counts_bundled,
            session_days=self.session_days,
            target_rank=NO_TARGET_RANK if takes_rank_away else self.target_rank,
            tags=None if self.tags is None else parse_tags("|".join(self.tags)),
        )


def change_tracking(request: Request[None, ChangesBody]) -> Answer:
    """Change a tracking from its next observation on, and answer with it."""
    tracking_id = request.number("tracking_id")
    request.house.trackings.change_trackings.change(request.actor, [tracking_id], request.body.changes())
    return _shown(request, tracking_id)


def pause_tracking(request: Request[None, None]) -> Answer:
    """Stop measuring a tracking for a while."""
    return _set_status(request, TrackingStatus.PAUSED)


def resume_tracking(request: Request[None, None]) -> Answer:
    """Measure a paused or ended tracking again."""
    return _set_status(request, TrackingStatus.ACTIVE)


def end_tracking(request: Request[None, None]) -> Answer:
    """Stop measuring a tracking; its history stays."""
    return _set_status(request, TrackingStatus.ENDED)


def _set_status(request: Request[None, None], status: TrackingStatus) -> Answer:
    tracking_id = request.number("tracking_id")
    request.house.trackings.manage_trackings.set_status(request.actor, [tracking_id], status)
    return _shown(request, tracking_id)


def _shown(request: Request[None, ChangesBody] | Request[None, None], tracking_id: int) -> Answer:
    return Answer(document=line_document(request.house.trackings.list_trackings.find(request.actor, tracking_id)))


ROUTES: tuple[Route, ...] = (
    Route(
        name="change_tracking",
        method="PATCH",
        path="/api/v1/trackings/<tracking_id>",
        action=Action.TRACKINGS_CHANGE,
        handle=change_tracking,
        summary="Change what a tracking counts from its next observation on, what it sells, and its tags.",
        body=ChangesBody,
    ),
    Route(
        name="pause_tracking",
        method="POST",
        path="/api/v1/trackings/<tracking_id>/pause",
        action=Action.TRACKINGS_CHANGE,
        handle=pause_tracking,
        summary="Stop measuring a tracking for a while; what waits in a queue is cancelled.",
    ),
    Route(
        name="resume_tracking",
        method="POST",
        path="/api/v1/trackings/<tracking_id>/resume",
        action=Action.TRACKINGS_CHANGE,
        handle=resume_tracking,
        summary="Measure a paused or ended tracking again, from the session that it was in.",
    ),
    Route(
        name="end_tracking",
        method="POST",
        path="/api/v1/trackings/<tracking_id>/end",
        action=Action.TRACKINGS_CHANGE,
        handle=end_tracking,
        summary="Stop measuring a tracking; its history stays.",
    ),
)

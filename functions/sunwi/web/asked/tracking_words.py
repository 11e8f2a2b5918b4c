"""Trackings as queries and bodies name them."""

from typing import Any

from pydantic import Field

from sunwi.domain.session import MAX_SESSION_DAYS, MIN_SESSION_DAYS
from sunwi.domain.tracking import MAX_TARGET_RANK, Kind, Surface, TrackingStatus
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.domain.tracking_state import Standing
from sunwi.service.trackings.parse_tracking import TrackingFields
from sunwi.web.asked.fields import Asked, RowId, Word

_AREAS_SEPARATOR, _TAGS_SEPARATOR = ",", "|"


class TrackingWords(Asked):
    """Which trackings; what is left out lets everything through."""

    status: TrackingStatus | None = None
    state: Standing | None = Field(None, description="Where it stands now.")
    kind: Kind | None = None
    surface: Surface | None = None
    keyword: Word = Field("", description="Part of it.")
    client: Word = Field("", description="Part of its name.")
    agency: Word = Field("", description="Part of its name.")
    client_id: RowId | None = None
    agency_id: RowId | None = None
    area: str = Field("", max_length=100, description="Exposed there now, or counting it by name.")
    tag: str = Field("", max_length=50, description="One of its tags, whole.")
    text: Word = Field("", description="Part of keyword, target or client.")

    def wanted(self) -> TrackingFilter:
        """Return what is meant, as use cases know it."""
        return TrackingFilter(**self.words())

    def words(self) -> dict[str, Any]:
        """Return the fields of a `TrackingFilter` that say something."""
        names = {"state": "standing"}
        given = ((name, getattr(self, name)) for name in TrackingWords.model_fields)
        return {names.get(name, name): value for name, value in given if value not in (None, "")}


class TrackingRowBody(Asked):
    """A tracking as it is to be stored; words as in a file, Korean or English."""

    kind: str = Field(max_length=40, description="place, blog, cafe.")
    keyword: str = Field(max_length=2_000, description="What customers search for.")
    target_url: str = Field(max_length=4_000, description="Address of the place or post.")
    surface: str = Field("", max_length=40, description="integrated, place_list, blog_tab, cafe_tab.")
    device: str = Field("", max_length=40, description="pc, mobile.")
    location: str = Field("", max_length=200, description="Coordinates, where the surface takes them.")
    client: str = Field("", max_length=2_000)
    agency: str = Field("", max_length=2_000, description="An agency may leave its own out.")
    areas: list[str] = Field(default_factory=list, max_length=50)
    counts_bundled: bool = False
    tags: list[str] = Field(default_factory=list, max_length=50)
    target_rank: int | None = Field(None, ge=1, le=MAX_TARGET_RANK)
    session_days: int | None = Field(None, ge=MIN_SESSION_DAYS, le=MAX_SESSION_DAYS)

    def fields(self) -> TrackingFields:
        """Return it as it would be typed."""
        return TrackingFields(
            kind=self.kind,
            keyword=self.keyword,
            target_url=self.target_url,
            surface=self.surface,
            device=self.device,
            location=self.location,
            client=self.client,
            agency=self.agency,
            areas=_AREAS_SEPARATOR.join(self.areas),
            bundled="yes" if self.counts_bundled else "",
            tags=_TAGS_SEPARATOR.join(self.tags),
            target_rank=str(self.target_rank or ""),
            session_days=str(self.session_days or ""),
        )

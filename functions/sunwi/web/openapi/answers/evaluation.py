"""What routes of events and thresholds answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.tracking import Device, Kind, Surface
from sunwi.web.openapi.answered import Answered, Document


class Event(Document):
    """What changed for a tracking."""

    tracking_id: int
    keyword: str
    kind: Kind
    surface: Surface
    device: Device
    client: str
    agency: str
    event: EventKind
    day: date
    compared: date | None = Field(description="The day that it is compared with.")
    facts: dict[str, Any]
    message: str
    state: EventState
    version: int
    withdrawn_at: datetime | None
    is_told: bool


class EventPage(Document):
    """One page of a list of events."""

    events: list[Event]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class Thresholds(Document):
    """What is worth telling."""

    drop_places: int
    gap_days: int
    unmeasured_nights: int
    ends_soon_days: int
    told: list[EventKind]
    is_daily: bool


class ComingThresholds(Thresholds):
    """Thresholds that hold from a later day on."""

    since: date


class ClientThresholds(Thresholds):
    """What holds for a client."""

    client_id: int
    client: str
    agency: str
    since: date | None = Field(description="null of the defaults.")
    coming: ComingThresholds | None


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_events": EventPage,
    "get_thresholds": ClientThresholds,
    "set_thresholds": ClientThresholds,
}

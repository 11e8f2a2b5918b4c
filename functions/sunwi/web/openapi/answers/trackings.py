"""What routes of trackings answer."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, Field

from sunwi.domain.tracking import Device, Kind, Surface, TrackingStatus
from sunwi.domain.tracking_state import Standing
from sunwi.web.openapi.answered import Answered, Document


class LedgerDay(Document):
    """One day of the ledger."""

    date: date
    rank: int | None = Field(description="From 1 within `area`; null: measured, and not exposed.")
    area: str | None
    page_rank: int | None
    depth: int
    looks: int
    matched_by: str | None
    near_area: str | None
    near_rank: int | None
    counts: bool = Field(description="It is one of the days that its session sells.")


class Tracking(Document):
    """What is measured every night, and for whom."""

    id: int
    kind: Kind
    keyword: str
    target_id: str
    target_url: str
    surface: Surface
    device: Device
    location: str
    client: str
    agency: str
    areas: list[str] = Field(description="Where being exposed counts; empty: anywhere.")
    counts_bundled: bool
    session_days: int = Field(description="Exposed days that each session sells.")
    target_rank: int | None = Field(description="The worst rank that was promised.")
    status: TrackingStatus
    current_session: int
    created_at: datetime


class TrackingLine(Tracking):
    """A tracking, and where it stands."""

    exposed_days: int = Field(description="Days of the current session that count.")
    last: LedgerDay | None = Field(description="The latest day; null before the first.")
    missed_on: date | None = Field(description="A later date on which a run could not measure it.")
    standing: Standing
    since: date | None = Field(description="First day of what is so now.")
    last_exposed_on: date | None
    days_left: int = Field(description="Exposed days that the current session still has to bring.")
    expected_finish: date | None
    tags: list[str]


class TrackingPage(Document):
    """One page of a list of trackings."""

    trackings: list[TrackingLine]
    next: str = Field("", description="Only where more follow: the word for `after`.")


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_trackings": TrackingPage,
}

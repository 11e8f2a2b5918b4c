"""What routes of trackings answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field, RootModel

from sunwi.domain.tracking import Device, Kind, Surface, TrackingStatus
from sunwi.domain.tracking_state import Standing
from sunwi.service.trackings.preview_import import RowVerdict
from sunwi.web.openapi.answered import Answered, Document
from sunwi.web.openapi.answers.runs import RunDocument


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


class MissedDayDocument(Document):
    """A day that was not measured."""

    date: date
    reason: str | None


class Session(Document):
    """One session, its days by date."""

    number: int
    session_days: int
    is_closed: bool
    is_short: bool
    exposed: list[LedgerDay]
    over_exposed: list[LedgerDay]
    not_exposed: list[LedgerDay]
    not_measured: list[MissedDayDocument]


class TrackingHistory(Tracking):
    """A tracking, its sessions, what was corrected, and what was seen beside the ledger."""

    tags: list[str]
    sessions: list[Session]
    corrections: list[dict[str, Any]]
    looks_beside: list[dict[str, Any]]
    expected_finish: date | None


class TrackingSessions(Document):
    """A tracking's sessions."""

    tracking_id: int
    current_session: int
    session_days: int
    sessions: list[Session]
    expected_finish: date | None


class TrackingProof(LedgerDay):
    """The page that proves a day."""

    tracking_id: int
    session_number: int
    run_id: str
    fetched_at: datetime
    url: str
    parser_version: str
    evidence_key: str | None = Field(description="null: the page was not kept.")


class SharedTracking(Document):
    """A tracking of the same target under another client."""

    tracking_id: int
    client: str
    agency: str
    status: TrackingStatus


class MeasuringDocument(Document):
    """How new trackings are measured."""

    run: RunDocument | None = Field(description="That measures them at once.")
    waits_for_night: int = Field(description="So many of them a run would not get to in time.")
    told: str = Field(description="The same in Korean.")
    capacity_warning: str | None = Field(description="That the night is too short for all pages.")


class AddedTracking(Tracking, MeasuringDocument):
    """A tracking that was added, or was there."""

    tags: list[str]
    is_new: bool
    differs_in: list[str] = Field(description="Fields in which the one that was there is otherwise; it stays so.")
    shared: list[SharedTracking]


class ImportedRow(Document):
    """A row that was stored."""

    line: int
    tracking_id: int


class DuplicateRow(Document):
    """A row that was passed over."""

    line: int
    keyword: str
    same_as_line: int | None
    tracking_id: int | None
    status: TrackingStatus | None
    counts_otherwise: bool
    differs_in: list[str]


class SharedRow(SharedTracking):
    """A row that was stored although its target is another client's, too."""

    line: int


class RefusedTrackingRow(Document):
    """A row that cannot be used."""

    line: int
    message: str


class ImportReport(MeasuringDocument):
    """What became of an import, each part by line."""

    imported: list[ImportedRow]
    duplicates: list[DuplicateRow]
    shared: list[SharedRow]
    errors: list[RefusedTrackingRow] = Field(description="Without `partial`, nothing was stored if there are any.")
    ignored_columns: list[str]
    sheet: str | None
    other_sheets: list[str]


class PreviewedRow(Document):
    """What an import would make of one row."""

    line: int
    verdict: RowVerdict
    keyword: str
    tracking_id: int | None
    same_as_line: int | None
    differs_in: list[str]
    shared: list[SharedTracking]
    code: str | None
    reason: str | None


class ImportPreview(Document):
    """What an import would do."""

    counts: dict[str, int]
    rows: list[PreviewedRow]
    capacity_warning: str | None


class ImportAnswer(RootModel[ImportReport | ImportPreview]):
    """What became of an import; with `preview`, what would."""


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_trackings": TrackingPage,
    "get_tracking": TrackingLine,
    "get_tracking_history": TrackingHistory,
    "get_tracking_sessions": TrackingSessions,
    "get_tracking_proof": TrackingProof,
    "add_tracking": Answered(model=AddedTracking, also={200: AddedTracking}),
    "import_trackings": ImportAnswer,
    "change_tracking": TrackingLine,
    "pause_tracking": TrackingLine,
    "resume_tracking": TrackingLine,
    "end_tracking": TrackingLine,
}

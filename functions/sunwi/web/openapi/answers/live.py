"""What the routes of open pages and of a run's progress answer."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from sunwi.domain.run import RunStatus, TaskState
from sunwi.web.openapi.answered import Answered, Document


class LiveTicket(Document):
    """What opens one connection."""

    ticket: str = Field(description="Append it to the address as ?ticket=…; it works once.")
    address: str = Field(description="Of the WebSocket API.")
    expires_at: datetime


class RunProgressDocument(Document):
    """How far a run is."""

    run_id: str
    version: int
    status: RunStatus
    expected: int
    states: dict[TaskState, int]
    is_final: bool = Field(description="Nothing of it changes any more.")
    poll_after_seconds: int


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "make_live_ticket": LiveTicket,
    "show_run_progress": RunProgressDocument,
}

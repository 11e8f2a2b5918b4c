"""Read what an event asks the watchdog for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.runs.parse_dispatch_event import parse_event_time

_WANTED = 'send a scheduled event, or {"date": "2026-01-02", "repair": false}'


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What is asked for.

    Attributes:
        day: KST date; None means the one whose run was the last to start by the schedule.
        repair: Put right what is safe.
        woken_at: The scheduled event's own time, aware UTC; None when an operator asks, for whom a check is always due.
    """

    day: date | None
    repair: bool
    woken_at: datetime | None = None


def parse_watch_event(event: Mapping[str, Any]) -> WatchRequest:
    """Read an event of the rule or of an operator.

    Raises:
        InvalidInput: Its `date` is none, its `repair` is neither true nor false, or a scheduled event's time is none.
    """
    repair = event.get("repair", True)
    if not isinstance(repair, bool):
        raise InvalidInput(f"the event's repair {repair!r} is neither true nor false: leave it out to repair")
    text = event.get("date")
    if text is not None:
        return WatchRequest(parse_day(text), repair)
    is_scheduled = event.get("source") == "aws.events" and "time" in event
    return WatchRequest(None, repair, parse_event_time(event["time"], wanted=_WANTED) if is_scheduled else None)


def parse_day(text: object) -> date:
    """Read a KST date.

    Raises:
        InvalidInput: It is none.
    """
    try:
        if isinstance(text, str):
            return date.fromisoformat(text)
    except ValueError as error:
        raise _no_date(text) from error
    raise _no_date(text)


def _no_date(text: object) -> InvalidInput:
    return InvalidInput(
        f"{quote(text)} is no date: write it as 2026-01-02",
        code="date_unreadable",
        typed=text,
    )

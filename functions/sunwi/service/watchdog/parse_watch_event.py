"""Read what an event asks the watchdog for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """A look at a KST date; None means the one whose run was the last to start by the schedule."""

    day: date | None
    repair: bool


def parse_watch_event(event: Mapping[str, Any]) -> WatchRequest:
    """Read an event of the rule or of an operator.

    Raises:
        InvalidInput: Its `date` is none, or its `repair` is neither true nor false.
    """
    repair = event.get("repair", True)
    if not isinstance(repair, bool):
        raise InvalidInput(f"the event's repair {repair!r} is neither true nor false: leave it out to repair")
    text = event.get("date")
    return WatchRequest(None if text is None else parse_day(text), repair)


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

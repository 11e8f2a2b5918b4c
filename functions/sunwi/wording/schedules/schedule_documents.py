"""What commands about schedules print with `--json`.

Source: docs/schedules.md, JSON.
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sunwi.domain.job_schedule import DAILY_RUN
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
    Daily,
    Every,
    Hourly,
    Interval,
    Monthly,
    Once,
    Unreadable,
    Weekly,
    When,
)
from sunwi.service.schedules.list_schedules import ScheduleLine
from sunwi.wording.schedules.schedule_words import name_words, when_words


def list_document(lines: Sequence[ScheduleLine]) -> dict[str, Any]:
    """Write the schedules, in their order."""
    return {"schedules": [schedule_document(line) for line in lines]}


def schedule_document(line: ScheduleLine) -> dict[str, Any]:
    """Write one schedule."""
    order = None if line.order is None else line.order.as_json()
    return {
        "name": line.name,
        "korean_name": name_words(line.name),
        "submit": order,
        "when": when_document(line.when),
        "when_in_korean": when_words(line.when),
        "next": None if line.next_at is None else _moment(line.next_at),
        "state": line.state.value,
        "is_editable": line.name != DAILY_RUN,
    }


def when_document(when: When) -> dict[str, Any]:
    """Write when a schedule is due: its form, and what is set of it."""
    match when:
        case Daily(at):
            rest: dict[str, Any] = {"at": _clock(at)}
        case Weekly(days, at):
            rest = {"days": [day.name.lower() for day in sorted(days)], "at": _clock(at)}
        case Monthly(day, at):
            rest = {"day": "last" if day == LAST_DAY else day, "at": _clock(at)}
        case Hourly(minute):
            rest = {"minute": minute}
        case Every(minutes, first):
            rest = {"minutes": minutes, "first_minute": first}
        case Interval(minutes, since):
            rest = {"minutes": minutes, "since": None if since is None else _moment(since)}
        case Once(at):
            rest = {"at": _moment(at)}
        case Unreadable(expression, zone):
            rest = {"expression": expression, "zone": zone}
    return {"form": type(when).__name__.lower(), **rest}


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _moment(at: datetime) -> str:
    return at.astimezone(KST).isoformat()

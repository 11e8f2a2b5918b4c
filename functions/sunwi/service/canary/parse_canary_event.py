"""Read what an event asks the canary for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sunwi.errors import InvalidInput
from sunwi.service.runs.parse_dispatch_event import parse_event_time

_WANTED = 'send a scheduled event, or {"run_id": "scheduled-20260102", "number": 1} for a run that is held'


@dataclass(frozen=True, slots=True)
class FirstCheck:
    """The check before a run, by an event's own time (aware UTC)."""

    event_time: datetime


@dataclass(frozen=True, slots=True)
class RepeatedCheck:
    """A check while a run is held; `number` counts them from 1."""

    run_id: str
    number: int


def parse_canary_event(event: Mapping[str, Any]) -> FirstCheck | RepeatedCheck:
    """Read an event of the rule or of the state machine.

    Raises:
        InvalidInput: Neither of the known forms.
    """
    if event.get("source") == "aws.events":
        return FirstCheck(parse_event_time(event.get("time"), wanted=_WANTED))
    run_id, number = event.get("run_id"), event.get("number")
    if not isinstance(run_id, str) or not run_id:
        raise InvalidInput(f"the event's run_id {run_id!r} is no run's: {_WANTED}")
    if type(number) is not int or not 0 < number < 2**31:
        raise InvalidInput(f"the event's number {number!r} is not a whole number from 1: {_WANTED}")
    return RepeatedCheck(run_id, number)

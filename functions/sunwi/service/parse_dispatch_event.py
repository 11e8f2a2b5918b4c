"""Read what an event asks the dispatcher for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sunwi.domain.run import RunKind
from sunwi.errors import InvalidInput

_WANTED = 'send a scheduled event, {"kind": "MANUAL"} or {"kind": "ON_DEMAND", "tracking_ids": [1, 2]}'


@dataclass(frozen=True, slots=True)
class ScheduledRequest:
    """Tonight's run, by an event's own time (aware UTC)."""

    event_time: datetime


@dataclass(frozen=True, slots=True)
class StartRequest:
    """A run that somebody asked for; no ids means every active tracking."""

    kind: RunKind
    tracking_ids: tuple[int, ...] | None


def parse_dispatch_event(event: Mapping[str, Any]) -> ScheduledRequest | StartRequest:
    """Read an event of the rule or of an operator.

    Raises:
        InvalidInput: Neither of the known forms.
    """
    if event.get("source") == "aws.events":
        return ScheduledRequest(_event_time(event.get("time")))
    kind = event.get("kind")
    if kind not in (RunKind.MANUAL.value, RunKind.ON_DEMAND.value):
        raise InvalidInput(f"the event's kind {kind!r} is not known: {_WANTED}")
    ids = event.get("tracking_ids")
    if ids is None and kind == RunKind.MANUAL.value:
        return StartRequest(RunKind.MANUAL, None)
    if not isinstance(ids, list) or not ids or not all(type(i) is int and 0 < i < 2**63 for i in ids):
        raise InvalidInput(f"the event's tracking_ids {ids!r} are not a list of positive numbers: {_WANTED}")
    return StartRequest(RunKind(kind), tuple(ids))


def _event_time(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"the scheduled event's time {text!r} is not ISO 8601: {_WANTED}") from error
    raise InvalidInput(f"the scheduled event's time {text!r} has no time zone: write it as 2026-01-01T16:00:00Z")

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


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """A run that the canary holds, to be let go if it is time; `check_failed` says that no page could be loaded."""

    run_id: str
    check_failed: bool


def parse_dispatch_event(event: Mapping[str, Any]) -> ScheduledRequest | StartRequest | ReleaseRequest:
    """Read an event of the rule, of the state machine or of an operator.

    Raises:
        InvalidInput: Neither of the known forms.
    """
    if event.get("source") == "aws.events":
        return ScheduledRequest(parse_event_time(event.get("time"), wanted=_WANTED))
    if event.get("action") == "RELEASE":
        return _release_request(event)
    kind = event.get("kind")
    if kind not in (RunKind.MANUAL.value, RunKind.ON_DEMAND.value):
        raise InvalidInput(f"the event's kind {kind!r} is not known: {_WANTED}")
    ids = event.get("tracking_ids")
    if ids is None and kind == RunKind.MANUAL.value:
        return StartRequest(RunKind.MANUAL, None)
    if not isinstance(ids, list) or not ids or not all(type(i) is int and 0 < i < 2**63 for i in ids):
        raise InvalidInput(f"the event's tracking_ids {ids!r} are not a list of positive numbers: {_WANTED}")
    return StartRequest(RunKind(kind), tuple(ids))


def _release_request(event: Mapping[str, Any]) -> ReleaseRequest:
    run_id = event.get("run_id")
    if not isinstance(run_id, str) or not run_id:
        raise InvalidInput(f"the event's run_id {run_id!r} is no run's: {_WANTED}")
    return ReleaseRequest(run_id, check_failed=event.get("canary_failed") is True)


def parse_event_time(text: object, *, wanted: str) -> datetime:
    """Read a scheduled event's own time.

    Args:
        text: As it came.
        wanted: Says what to send instead.

    Raises:
        InvalidInput: Not ISO 8601, or without a time zone.
    """
    try:
        at = datetime.fromisoformat(str(text))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"the scheduled event's time {text!r} is not ISO 8601: {wanted}") from error
    raise InvalidInput(f"the scheduled event's time {text!r} has no time zone: write it as 2026-01-01T16:00:00Z")

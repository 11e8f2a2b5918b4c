"""Read what an event asks the tender for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sunwi.domain.job import JobKey
from sunwi.errors import BadMessage, InvalidInput

_WANTED = 'send {"action": "tick"}, or leave the rest to the rule, the state machine of jobs and the queue of schedules'


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """A worker has answered; `outcome` is what it said."""

    key: JobKey
    outcome: str


@dataclass(frozen=True, slots=True)
class AttemptCrashed:
    """No worker has answered.

    Attributes:
        error: Name of the error, as the state machine has it.
        error_type: Type of the error that the function ended with; empty when nobody said.
    """

    key: JobKey
    error: str
    error_type: str


@dataclass(frozen=True, slots=True)
class TickDue:
    """A minute is over, or an operator asks."""


@dataclass(frozen=True, slots=True)
class Nudged:
    """Somebody has submitted, freed or changed something; `urgent`: a job of normal priority or above is new."""

    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A message of a schedule.

    Attributes:
        body: `{"submit": …, "schedule": …, "due": …}`.
        sent_at: Aware UTC; None where the message does not say.
    """

    body: Mapping[str, Any]
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubmissionsDue:
    """Schedules submit jobs."""

    submissions: tuple[Submission, ...]


TenderRequest = AttemptEnded | AttemptCrashed | TickDue | Nudged | SubmissionsDue


def parse_tender_event(event: Mapping[str, Any]) -> TenderRequest:
    """Read an event of the rule, of the state machine of jobs, of the queue of schedules, or of whoever nudges.

    Raises:
        InvalidInput: None of the known forms.
        BadMessage: A message is not of a schedule.
    """
    if "Records" in event:
        return SubmissionsDue(tuple(Submission(_body(record), _sent_at(record)) for record in event["Records"]))
    if event.get("source") == "aws.events":
        return TickDue()
    match event.get("action"):
        case "tick":
            return TickDue()
        case "nudge":
            return Nudged(urgent=event.get("urgent") is True)
        case "ended":
            return AttemptEnded(parse_job_key(event), str(event.get("outcome") or ""))
        case "crashed":
            error, error_type = (str(event.get(name) or "") for name in ("error", "error_type"))
            return AttemptCrashed(parse_job_key(event), error, error_type)
        case action:
            raise InvalidInput(f"the event's action {action!r} is not known: {_WANTED}")


def parse_job_key(event: Mapping[str, Any]) -> JobKey:
    """Read which attempt an event is of, for the worker, too.

    Raises:
        InvalidInput: It has no job's id, or no generation from 1.
    """
    job_id, generation = event.get("job_id"), event.get("generation")
    if not isinstance(job_id, str) or not job_id:
        raise InvalidInput(f"the event's job_id {job_id!r} is no job's")
    if type(generation) is not int or generation < 1:
        raise InvalidInput(f"the event's generation {generation!r} is no number from 1")
    return JobKey(job_id, generation)


def _body(record: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        body = json.loads(record["body"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadMessage(f"message {record.get('messageId')} of a schedule is not JSON: {error}") from error
    if not isinstance(body, dict) or not isinstance(body.get("submit"), dict):
        raise BadMessage(f"message {record.get('messageId')} of a schedule has no job to submit")
    return body


def _sent_at(record: Mapping[str, Any]) -> datetime | None:
    milliseconds = record.get("attributes", {}).get("SentTimestamp")
    return None if milliseconds is None else datetime.fromtimestamp(int(milliseconds) / 1000, UTC)

"""What a schedule sends when it is due: a job to submit, by which schedule, and when it was due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, ValidationError

from sunwi.domain.job_order import JobOrder, fingerprint_orders
from sunwi.domain.job_priority import parse_priority
from sunwi.domain.job_schedule import DUE_WORD
from sunwi.domain.schedule_time import to_the_minute
from sunwi.errors import BadMessage, InvalidInput


class _Order(BaseModel):
    """`JobOrder` as a message has it; what a later release adds is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    work: str
    params: dict[str, JsonValue]
    priority: str | None = None
    limit_seconds: int | None = None
    notify: dict[str, JsonValue] | None = None


class _Message(BaseModel):
    """The body of a message; the release before sent none with `schedule`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    submit: _Order
    schedule: str | None = None
    #: The word stays where the scheduler is none that knows it.
    due: AwareDatetime | Literal["<aws.scheduler.scheduled-time>"]


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message of a schedule.

    Attributes:
        schedule: Its name; None where it does not say.
        due: Aware; None where the scheduler has left its word for it.
    """

    order: JobOrder
    schedule: str | None
    due: datetime | None

    def key(self, *, sent_at: datetime | None) -> str:
        """Return the idempotency key: the same for one schedule and one due time, however often it is sent.

        Args:
            sent_at: When the message was sent, aware; to the minute it stands for a due time that nobody says.

        Raises:
            BadMessage: Nothing says when it was due.
        """
        due = self.due or (None if sent_at is None else to_the_minute(sent_at))
        if due is None:
            raise BadMessage("the message of a schedule says neither when it was due nor when it was sent")
        if self.schedule is None:
            return f"due:{due.isoformat()}:{fingerprint_orders([self.order])[:32]}"
        return f"schedule:{self.schedule}:{due.astimezone(UTC).isoformat()}"


def read_due_message(body: Mapping[str, Any]) -> DueMessage:
    """Read the body of a message.

    Raises:
        BadMessage: It is not of a schedule.
    """
    try:
        message = _Message.model_validate(dict(body))
        order = JobOrder(
            work=message.submit.work,
            params=message.submit.params,
            priority=None if message.submit.priority is None else parse_priority(message.submit.priority),
            limit_seconds=message.submit.limit_seconds,
            notify=message.submit.notify,
        )
    except ValidationError as error:
        raise BadMessage(f"the message of a schedule cannot be read: {error.error_count()} problems") from error
    except InvalidInput as error:
        raise BadMessage(f"what a schedule submits cannot be: {error}") from error
    due = message.due if isinstance(message.due, datetime) else None
    return DueMessage(order=order, schedule=message.schedule, due=due)


def write_due_message(schedule: str, order: JobOrder) -> dict[str, Any]:
    """Write the body of a schedule's messages; the scheduler puts the due time in place of `DUE_WORD`."""
    return {"submit": order.as_json(), "schedule": schedule, "due": DUE_WORD}

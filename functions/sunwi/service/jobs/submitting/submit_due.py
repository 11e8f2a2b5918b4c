"""Submit what a schedule asks for, as the queue of schedules brings it: once, however often it is brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, ValidationError

from sunwi.domain.actor import SYSTEM
from sunwi.domain.job_order import JobOrder, fingerprint_orders
from sunwi.domain.job_priority import parse_priority
from sunwi.errors import BadMessage, InvalidInput
from sunwi.service.jobs.submitting.submit_job import SubmitJob


class _Order(BaseModel):
    """`JobOrder` as a message has it; what a later release adds is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    work: str
    params: dict[str, JsonValue]
    priority: str | None = None
    limit_seconds: int | None = None
    notify: dict[str, JsonValue] | None = None


class _Due(BaseModel):
    """The body of a message; `due` tells one day's submission from the next one's."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    submit: _Order
    due: AwareDatetime


@dataclass(frozen=True, slots=True)
class SubmitDue:
    """Submit jobs of schedules; they are the system's own."""

    submit_job: SubmitJob

    def submit(self, body: Mapping[str, Any]) -> None:
        """Submit one job, unless that was done for the same `due` before.

        Raises:
            BadMessage: The body is no submission, or of something that cannot be submitted: its queue moves it aside.
            StoreUnavailable: The database cannot be reached: the message comes again.
        """
        try:
            due = _Due.model_validate(dict(body))
            order = JobOrder(
                work=due.submit.work,
                params=due.submit.params,
                priority=None if due.submit.priority is None else parse_priority(due.submit.priority),
                limit_seconds=due.submit.limit_seconds,
                notify=due.submit.notify,
            )
            key = f"due:{due.due.isoformat()}:{fingerprint_orders([order])[:32]}"
            self.submit_job.submit(SYSTEM, order, idempotency_key=key)
        except ValidationError as error:
            raise BadMessage(f"the message of a schedule cannot be read: {error.error_count()} problems") from error
        except InvalidInput as error:
            raise BadMessage(f"what a schedule submits cannot be: {error}") from error

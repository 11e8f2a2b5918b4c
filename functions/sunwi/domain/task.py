"""One tracking's task within one run, and the message that asks for it."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sunwi.domain.attempt import TaskSnapshot
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TERMINAL_STATES, Run, RunStatus, TaskState
from sunwi.domain.schedule import business_date
from sunwi.domain.tracking import Tracking, TrackingStatus
from sunwi.errors import BadMessage

#: Why the tasks of a cancelled run were not measured.
RUN_CANCELLED = "the run was cancelled"

#: What a run's id may look like; anything else is no text that every database stores.
_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receive of one queue message, whatever its body.

    Attributes:
        message_id: The queue's own id; a redriven message has a new one.
        receipt_handle: Names this receive.
        queue_arn: The queue it came from.
        sent_at: SentTimestamp, aware UTC.
        receive_count: Receives so far, this one included; throttled ones count too.
    """

    message_id: str
    receipt_handle: str
    queue_arn: str
    sent_at: datetime
    receive_count: int


@dataclass(frozen=True, slots=True)
class CrawlMessage:
    """One queue message that asks for one measurement."""

    run_id: str
    tracking_id: int
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A locked task as a message finds it.

    Attributes:
        decided_at: When the present terminal state was reached; None while open.
        late_date: KST date of a measurement that came after the verdict.
        attempts_used: Attempts that the message's own id has started, but for probes of a surface that refuses.
        is_permanent: The message's last attempt failed for good.
        attempts_started: Attempts that the message's own id has started, all of them.
        last_attempt_at: When the last of them ended, or else started; None before the first.
    """

    run: Run
    tracking: Tracking
    state: TaskState
    decided_at: datetime | None
    late_date: date | None
    attempts_used: int
    is_permanent: bool
    attempts_started: int = 0
    last_attempt_at: datetime | None = None

    @property
    def snapshot(self) -> TaskSnapshot:
        """What `decide` asks for."""
        return TaskSnapshot(
            state=self.state,
            decided_at=self.decided_at,
            measured_late=self.late_date is not None,
            deadline=self.run.deadline,
            attempts_used=self.attempts_used,
            is_permanent=self.is_permanent,
            is_active=self.tracking.status is TrackingStatus.ACTIVE,
            is_run_cancelled=self.run.status is RunStatus.CANCELLED,
        )

    def is_late(self, reading_date: date) -> bool:
        """Whether a measurement of that KST date no longer enters the run's equation.

        Late is what is saved after the run closed, what a redrive measures on another KST date, and
        what was fetched after the last KST date that the run's deadline allows.
        """
        if self.run.closed_at is not None or reading_date > business_date(self.run.deadline - timedelta.resolution):
            return True
        return self.state in TERMINAL_STATES and reading_date != self.run.business_date


def cancellation(task: Task, *, last_attempt: Failure | None = None) -> Failure:
    """Describe why a task is not attempted, or not again."""
    of_run = task.run.status is RunStatus.CANCELLED
    reason = RUN_CANCELLED if of_run else f"the tracking is {task.tracking.status.value.lower()}"
    told = f"{reason}; last look: {last_attempt.reason}" if last_attempt else reason
    return Failure(FailureCause.CANCELLED, told)


def after_failed_attempt(task: Task, failure: Failure, *, used_up: bool) -> tuple[TaskState, Failure]:
    """Describe where a failed attempt leaves its task; a cancelled run tries nothing again."""
    if used_up:
        return TaskState.FAILED, failure
    if task.run.status is RunStatus.CANCELLED:
        return TaskState.CANCELLED, cancellation(task, last_attempt=failure)
    return TaskState.RETRYING, failure


def is_run_id(text: str) -> bool:
    """Whether a text may be a run's id at all."""
    return _RUN_ID.fullmatch(text) is not None


def message_body(run_id: str, tracking_id: int) -> str:
    """Write the body of a crawl message."""
    return json.dumps({"run_id": run_id, "tracking_id": tracking_id})


def parse_message(body: str, receipt: Receipt) -> CrawlMessage:
    """Read a crawl message.

    Raises:
        BadMessage: Not an object with the id of a run and a whole, positive `tracking_id`.
    """
    wanted = 'a crawl message is {"run_id": "scheduled-20260102", "tracking_id": 1}'
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"the message body {body[:200]!r} is not JSON: {wanted}") from error
    if not isinstance(parsed, dict):
        raise BadMessage(f"the message body {body[:200]!r} is not an object: {wanted}")
    run_id, tracking_id = parsed.get("run_id"), parsed.get("tracking_id")
    if not isinstance(run_id, str) or not is_run_id(run_id):
        raise BadMessage(f"the message body {body[:200]!r} has no usable run_id: {wanted}")
    if not isinstance(tracking_id, int) or isinstance(tracking_id, bool) or not 0 < tracking_id < 2**63:
        raise BadMessage(f"the message body {body[:200]!r} has no usable tracking_id: {wanted}")
    return CrawlMessage(run_id, tracking_id, receipt)

"""Messages in a dead-letter queue, and why they are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.failure import FailureCause
from sunwi.domain.run import TaskState
from sunwi.domain.task import CrawlMessage, Receipt, parse_message
from sunwi.errors import BadMessage


class QueueName(StrEnum):
    """A queue of the crawler, with a dead-letter queue of its own."""

    CRAWL = "crawl"
    EXPRESS = "express"


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """One receive of a message of a dead-letter queue.

    Attributes:
        receipt: Of this receive; the message id is the one it had in the queue it came from.
    """

    receipt: Receipt
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHistory:
    """What the database knows of one message.

    Attributes:
        state: Of its task, now.
        is_late: Its task was measured after the verdict.
        attempts: Attempts that this very message started.
        last_cause: Why its last attempt failed; None when there was none, or it never ended.
        is_last_ended: Its last attempt has an end, well or not.
        reason: Of its task's failure, in words; empty when there is none.
    """

    keyword: str
    state: TaskState
    is_late: bool
    attempts: int
    last_cause: FailureCause | None
    is_last_ended: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message of a dead-letter queue, with its cause.

    Attributes:
        run_id: None when the body does not say.
        tracking_id: None when the body does not say.
        history: None when the database has no such task.
    """

    queue: QueueName
    message: DeadMessage
    cause: FailureCause
    reason: str
    run_id: str | None = None
    tracking_id: int | None = None
    history: MessageHistory | None = None

    @property
    def is_settled(self) -> bool:
        """Whether a redrive would be acknowledged unread: its task is measured or cancelled by now."""
        history = self.history
        return history is not None and (history.is_late or history.state in {TaskState.SUCCEEDED, TaskState.CANCELLED})


def read_message(message: DeadMessage) -> CrawlMessage | None:
    """Read a message's body; None when it is not one of ours."""
    try:
        return parse_message(message.body, message.receipt)
    except BadMessage:
        return None


def explain(queue: QueueName, message: DeadMessage, histories: Mapping[str, MessageHistory]) -> DeadLetter:
    """Describe why a message is in the dead-letter queue.

    Args:
        queue: Where it came from.
        message: As received.
        histories: What the database knows, by message id.
    """
    try:
        wanted = parse_message(message.body, message.receipt)
    except BadMessage as error:
        return DeadLetter(queue=queue, message=message, cause=FailureCause.BAD_MESSAGE, reason=str(error))
    history = histories.get(message.receipt.message_id)
    if history is None:
        cause, reason = FailureCause.BAD_MESSAGE, f"run {wanted.run_id} has no task for tracking {wanted.tracking_id}"
    else:
        cause, reason = _cause_of(history), history.reason
    return DeadLetter(
        queue=queue,
        message=message,
        cause=cause,
        reason=reason,
        run_id=wanted.run_id,
        tracking_id=wanted.tracking_id,
        history=history,
    )


def _cause_of(history: MessageHistory) -> FailureCause:
    """Take the message's own last attempt; one without any was only ever received."""
    if history.attempts == 0:
        return FailureCause.STARVED
    if not history.is_last_ended:
        return FailureCause.CRASH
    if history.last_cause is None and history.state is not TaskState.SUCCEEDED:
        # Its last attempt found a page that was read already, and died over the save.
        return FailureCause.CRASH
    return history.last_cause or FailureCause.STARVED

"""What routes of dead letters answer."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from sunwi.domain.dead_letter import QueueName
from sunwi.domain.failure import FailureCause
from sunwi.domain.run import TaskState
from sunwi.service.ports.dead_letters import MoveStatus
from sunwi.web.openapi.answered import Answered, Document


class SeenQueue(Document):
    """How much of a queue was seen."""

    queue: QueueName
    about: int = Field(description="Messages, by the queue's own count.")
    seen: int
    left: int
    is_end_reached: bool
    still_hidden: int


class CauseCount(Document):
    """How many letters have a cause."""

    cause: FailureCause
    count: int
    trackings: int


class DeadLetterDocument(Document):
    """A message that SQS moved aside."""

    queue: QueueName
    cause: FailureCause
    run_id: str | None
    tracking_id: int | None
    keyword: str | None
    state: TaskState | None
    is_settled: bool
    attempts: int
    receives: int
    sent_at: datetime
    age_seconds: int
    message_id: str
    reason: str


class DeadLetterList(Document):
    """Dead letters, and their causes."""

    queues: list[SeenQueue]
    causes: list[CauseCount]
    trackings: int
    letters: list[DeadLetterDocument]


class MoveDocument(Document):
    """How far the queue service is with a move of its own."""

    status: MoveStatus
    moved: int
    to_move: int | None
    started_at: datetime
    error: str | None


class RedriveReportDocument(Document):
    """What was sent back message by message."""

    method: str
    about: int
    moved: int
    by_cause: dict[str, int]
    doubled: int
    refused: int
    kept: int
    is_end_reached: bool = Field(description="false: there may be more; ask again.")
    still_hidden: int
    error: str | None


class RedriveDocument(Document):
    """What a redrive came to: a move that the queue service goes on with, or what was sent."""

    queue: QueueName
    per_second: float
    move: MoveDocument | None
    report: RedriveReportDocument | None


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_dead_letters": DeadLetterList,
    "redrive_dead_letters": RedriveDocument,
}

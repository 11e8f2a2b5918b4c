"""Messages that SQS moved aside: listed by their cause, and sent back."""

from pydantic import Field

from sunwi.domain.dead_letter import QueueName
from sunwi.domain.failure import FailureCause
from sunwi.service.accounts.permissions import Action
from sunwi.service.dead_letters.move_dead_letters import FASTEST_MOVE
from sunwi.service.dead_letters.redrive_dead_letters import RedriveOrder
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.dead_letters.dead_letter_documents import list_document, move_document, report_document
from sunwi.wording.error_words import error_words

_SLOWEST = 0.01


class DeadLetterQuery(Asked):
    """Which, and how many."""

    queue: QueueName | None = Field(None, description="Left out: both.")
    limit: int = Field(100, ge=1, le=1000, description="Messages to read of each queue at most.")


class RedriveBody(Asked):
    """What is to be sent back."""

    queue: QueueName
    cause: list[FailureCause] = Field(default_factory=list, max_length=50, description="Empty: whatever the cause.")
    rate: float | None = Field(
        None, ge=_SLOWEST, le=FASTEST_MOVE, description="Messages per second; else what the crawlers answer."
    )
    limit: int | None = Field(None, ge=1, le=100_000)


def list_dead_letters(request: Request[DeadLetterQuery, None]) -> Answer:
    """Answer with dead letters and their causes; each is hidden while it is read, and shown again."""
    asked, letters = request.query, request.house.dead_letters
    queues = [letters.queue(name) for name in ([asked.queue] if asked.queue else QueueName)]
    reports = [letters.view.view(queue, limit=asked.limit, on_progress=lambda _seen, _about: None) for queue in queues]
    return Answer(document=list_document(reports, now=request.at))


def redrive_dead_letters(request: Request[None, RedriveBody]) -> Answer:
    """Send dead letters back, as far as there is time for."""
    asked = request.body
    rate = asked.rate or request.house.runs.check_capacity.answers_per_second()
    order = RedriveOrder(causes=frozenset(asked.cause), per_second=rate, limit=asked.limit)
    queue = request.house.dead_letters.queue(asked.queue)
    done = request.house.dead_letters.ask_redrive.redrive(request.actor, queue, order)
    move = None if done.move is None else move_document(done.move)
    report = None if done.report is None else report_document(done.report, describe=error_words)
    return Answer(document={"queue": asked.queue.value, "per_second": rate, "move": move, "report": report})


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_dead_letters",
        method="GET",
        path="/api/v1/dead-letters",
        action=Action.DEAD_LETTERS_READ,
        handle=list_dead_letters,
        summary="List dead letters, and count them by cause.",
        query=DeadLetterQuery,
    ),
    Route(
        name="redrive_dead_letters",
        method="POST",
        path="/api/v1/dead-letters/redrive",
        action=Action.DEAD_LETTERS_CHANGE,
        handle=redrive_dead_letters,
        summary="Send dead letters back by cause and rate; ask again while `is_end_reached` is false.",
        body=RedriveBody,
    ),
)

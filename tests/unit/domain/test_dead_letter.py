import pytest

from sunwi.domain.dead_letter import DeadMessage, MessageHistory, QueueName, explain
from sunwi.domain.failure import FailureCause
from sunwi.domain.run import TaskState
from sunwi.domain.task import message_body
from tests.examples import receipt

OURS = DeadMessage(receipt("m1"), message_body("scheduled-20260102", 7))


def history(
    state: TaskState = TaskState.FAILED,
    *,
    attempts: int = 3,
    cause: FailureCause | None = None,
    ended: bool = True,
    late: bool = False,
) -> MessageHistory:
    return MessageHistory(
        keyword="강남역 맛집",
        state=state,
        is_late=late,
        attempts=attempts,
        last_cause=cause,
        is_last_ended=ended,
        reason="why",
    )


@pytest.mark.parametrize("body", ["", "{not json", "[]", '{"run_id": "scheduled-20260102"}', '{"run_id": 1}'])
def test_a_body_that_cannot_be_read_is_a_bad_message_of_no_task(body: str) -> None:
    letter = explain(QueueName.CRAWL, DeadMessage(receipt(), body), {})
    assert (letter.cause, letter.run_id, letter.tracking_id) == (FailureCause.BAD_MESSAGE, None, None)
    assert not letter.is_settled
    assert "a crawl message is" in letter.reason


def test_a_message_of_a_task_that_nobody_stored_is_a_bad_one_too() -> None:
    letter = explain(QueueName.CRAWL, OURS, {"another": history()})
    assert (letter.cause, letter.tracking_id) == (FailureCause.BAD_MESSAGE, 7)
    assert letter.reason == "run scheduled-20260102 has no task for tracking 7"


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        (history(cause=FailureCause.BLOCKED), FailureCause.BLOCKED),
        (history(attempts=1, cause=FailureCause.UNUSABLE), FailureCause.UNUSABLE),
        (history(ended=False), FailureCause.CRASH),
        (history(TaskState.RUNNING, attempts=1, ended=False), FailureCause.CRASH),
        (history(TaskState.QUEUED, attempts=0, ended=False), FailureCause.STARVED),
        (history(TaskState.RETRYING, attempts=2, cause=FailureCause.TIMEOUT), FailureCause.TIMEOUT),
        (history(TaskState.SUCCEEDED, attempts=1), FailureCause.STARVED),
        (history(TaskState.QUEUED, attempts=1), FailureCause.CRASH),
    ],
)
def test_the_cause_is_that_of_the_messages_own_last_look(known: MessageHistory, cause: FailureCause) -> None:
    letter = explain(QueueName.EXPRESS, OURS, {"m1": known})
    assert (letter.cause, letter.queue, letter.reason) == (cause, QueueName.EXPRESS, "why")


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("late", [False, True])
def test_a_message_is_settled_once_its_task_is_measured_or_cancelled(*, state: TaskState, late: bool) -> None:
    letter = explain(QueueName.CRAWL, OURS, {"m1": history(state, late=late)})
    assert letter.is_settled == (late or state in {TaskState.SUCCEEDED, TaskState.CANCELLED})

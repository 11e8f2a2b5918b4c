"""SQS's own redrive of a whole dead-letter queue: StartMessageMoveTask, as the console's button."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from sunwi.errors import Retryable
from sunwi.service.ports.dead_letters import Move, MoveStatus

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

#: What a service answers that does not know the call; the first is SQS's own. Source: docs/aws.md, SQS.
_UNSUPPORTED = frozenset(
    {
        "AWS.SimpleQueueService.UnsupportedOperation",
        "UnsupportedOperation",
        "InvalidAction",
        "UnknownOperationException",
        "NotImplemented",
        "InternalFailure.NotImplemented",
    }
)

#: HTTP status of a service that knows the protocol and not the call.
_NOT_IMPLEMENTED = 501


def start_move(client: "SQSClient", arn: str, *, per_second: int) -> bool:
    """Start a move of all messages back to the queue they came from; False where there is no such call.

    Args:
        client: SQS.
        arn: The dead-letter queue's.
        per_second: 1 to 500.

    Raises:
        Retryable: A move is under way already, or SQS cannot be reached.
    """
    before = last_move(client, arn)
    if before is not None and before.status.is_active:
        raise _under_way(arn, before)
    try:
        client.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=per_second)
    except ClientError as error:
        # Between the question and the start, somebody else may have started one.
        now = last_move(client, arn)
        if now is not None and now.status.is_active:
            raise _under_way(arn, now) from error
        if _is_unsupported(error):
            return False
        raise _not_started(arn, error) from error
    except BotoCoreError as error:
        raise _not_started(arn, error) from error
    return True


def last_move(client: "SQSClient", arn: str) -> Move | None:
    """Return the latest move of a dead-letter queue; None when there was none, or there is no such call.

    Raises:
        Retryable: SQS cannot be reached.
    """
    try:
        results = client.list_message_move_tasks(SourceArn=arn, MaxResults=1).get("Results", [])
    except ClientError as error:
        if _is_unsupported(error):
            return None
        raise _not_asked(arn, error) from error
    except BotoCoreError as error:
        raise _not_asked(arn, error) from error
    if not results:
        return None
    (task,) = results
    return Move(
        status=_status(task["Status"]),
        handle=task.get("TaskHandle"),
        moved=task.get("ApproximateNumberOfMessagesMoved", 0),
        to_move=task.get("ApproximateNumberOfMessagesToMove"),
        started_at=datetime.fromtimestamp(task["StartedTimestamp"] / 1000, UTC),
        failure=task.get("FailureReason"),
    )


def cancel_move(client: "SQSClient", handle: str) -> None:
    """Stop a move.

    Raises:
        Retryable: It has ended by now, or SQS cannot be reached.
    """
    try:
        client.cancel_message_move_task(TaskHandle=handle)
    except (BotoCoreError, ClientError) as error:
        raise Retryable(
            f"the redrive could not be cancelled, it may have ended by now: {error}",
            code="redrive_not_cancelled",
            cause=str(error),
        ) from error


def _status(said: str) -> MoveStatus:
    """Take a word that SQS may have learned since for one of a move under way."""
    try:
        return MoveStatus(said)
    except ValueError:
        return MoveStatus.RUNNING


def _under_way(arn: str, move: Move) -> Retryable:
    total = "?" if move.to_move is None else move.to_move
    return Retryable(
        f"a redrive of {arn.rsplit(':', 1)[-1]} is under way already ({move.status}, {move.moved} of {total} moved "
        f"since {move.started_at.isoformat()}), and a queue takes one at a time",
        code="redrive_of_queue_under_way",
        queue=arn.rsplit(":", 1)[-1],
        total=total,
        moved=move.moved,
    )


def _not_started(arn: str, error: Exception) -> Retryable:
    return Retryable(
        f"no redrive of {arn} could be started: {error}",
        code="redrive_not_started",
        queue=arn.rsplit(":", 1)[-1],
        cause=str(error),
    )


def _not_asked(arn: str, error: Exception) -> Retryable:
    return Retryable(
        f"the redrives of {arn} cannot be asked for: {error}",
        code="redrive_state_unknown",
        queue=arn.rsplit(":", 1)[-1],
        cause=str(error),
    )


def _is_unsupported(error: ClientError) -> bool:
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return answer.get("Error", {}).get("Code") in _UNSUPPORTED or status == _NOT_IMPLEMENTED

"""A dead-letter queue on SQS."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.adapters.aws.move_tasks import cancel_move, last_move, start_move
from sunwi.domain.dead_letter import DeadMessage, QueueName
from sunwi.domain.task import Receipt
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.ports.dead_letters import DeadLetterQueue, Move, SentBack

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

#: Messages per call, in both directions. Source: docs/aws.md, SQS.
PAGE = 10

#: A receive without waiting asks some of SQS's servers only, and may miss messages. Source: docs/aws.md, SQS.
_WAIT_SECONDS = 1

_COUNTS: tuple["QueueAttributeNameType", ...] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsDeadLetterQueue(DeadLetterQueue):
    """One dead-letter queue, and the queue that its messages came from.

    Attributes:
        source_url: URL of the queue that its messages came from.
        url: Its own.
        arn: Its own.
    """

    client: "SQSClient"
    name: QueueName
    source_url: str
    url: str
    arn: str

    @override
    def count(self) -> int:
        try:
            answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=list(_COUNTS))
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(self.url, error) from error
        return sum(int(answer["Attributes"].get(name, "0")) for name in _COUNTS)

    @override
    def receive(self, at_most: int, *, hide_seconds: int) -> Sequence[DeadMessage]:
        try:
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(at_most, PAGE),
                VisibilityTimeout=hide_seconds,
                WaitTimeSeconds=_WAIT_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            )
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(self.url, error) from error
        return [self._message(message) for message in answer.get("Messages", [])]

    def _message(self, message: Any) -> DeadMessage:  # noqa: ANN401 - boto3's own dict
        attributes = message["Attributes"]
        receipt = Receipt(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            queue_arn=self.arn,
            sent_at=datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC),
            receive_count=int(attributes["ApproximateReceiveCount"]),
        )
        return DeadMessage(receipt, message["Body"])

    @override
    def show_again(self, messages: Sequence[DeadMessage]) -> int:
        hidden = 0
        for start in range(0, len(messages), PAGE):
            page = messages[start : start + PAGE]
            entries: Any = [{**entry, "VisibilityTimeout": 0} for entry in _handles(page)]
            try:
                answer = self.client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)
                hidden += len(answer.get("Failed", []))
            except (BotoCoreError, ClientError):
                hidden += len(page)
        return hidden

    @override
    def send_back(self, messages: Sequence[DeadMessage]) -> SentBack:
        entries: Any = [{"Id": str(number), "MessageBody": message.body} for number, message in enumerate(messages)]
        try:
            answer = self.client.send_message_batch(QueueUrl=self.source_url, Entries=entries)
        except ClientError as error:
            if _is_too_long(error) and len(messages) > 1:
                return _both(self.send_back(messages[:1]), self.send_back(messages[1:]))
            raise _unreachable(self.source_url, error) from error
        except BotoCoreError as error:
            raise _unreachable(self.source_url, error) from error
        copied = {int(entry["Id"]): entry["MessageId"] for entry in answer.get("Successful", [])}
        done = [messages[number] for number in copied]
        ids = frozenset(message.receipt.message_id for message in done)
        kept = self._delete(done)
        return SentBack(moved=ids - kept, doubled=kept, copies=frozenset(copied.values()))

    def _delete(self, messages: Sequence[DeadMessage]) -> frozenset[str]:
        """Delete messages whose copies are on their way; return the ids of those that stay."""
        if not messages:
            return frozenset()
        entries: Any = _handles(messages)
        try:
            answer = self.client.delete_message_batch(QueueUrl=self.url, Entries=entries)
        except (BotoCoreError, ClientError):
            return frozenset(message.receipt.message_id for message in messages)
        return frozenset(messages[int(failed["Id"])].receipt.message_id for failed in answer.get("Failed", []))

    @override
    def start_move(self, *, per_second: int) -> bool:
        return start_move(self.client, self.arn, per_second=per_second)

    @override
    def last_move(self) -> Move | None:
        return last_move(self.client, self.arn)

    @override
    def cancel_move(self, handle: str) -> None:
        cancel_move(self.client, handle)


def open_dead_letter_queue(client: "SQSClient", name: QueueName, source_url: str) -> SqsDeadLetterQueue:
    """Find the dead-letter queue of a queue, by its redrive policy.

    Raises:
        Retryable: The queue cannot be reached.
        ConfigurationError: It has none, or one that would move its own messages on when they are looked at.
    """
    try:
        arn = _redrive_policy(client, source_url).get("deadLetterTargetArn")
        if not arn:
            raise ConfigurationError(
                f"the queue {source_url} has no dead-letter queue: deploy the template as it is",
                code="queue_without_dlq",
                url=source_url,
            )
        url = client.get_queue_url(QueueName=str(arn).rsplit(":", 1)[-1])["QueueUrl"]
        if _redrive_policy(client, url):
            raise ConfigurationError(
                f"the dead-letter queue {url} has a redrive policy of its own, so to look at a message could move it "
                "away: remove that policy",
                code="dlq_has_redrive_policy",
                url=url,
            )
    except (BotoCoreError, ClientError) as error:
        raise _unreachable(source_url, error) from error
    return SqsDeadLetterQueue(client=client, name=name, source_url=source_url, url=url, arn=str(arn))


def _redrive_policy(client: "SQSClient", url: str) -> dict[str, Any]:
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy: dict[str, Any] = json.loads(answer.get("Attributes", {}).get("RedrivePolicy") or "{}")
    return policy


def _handles(messages: Sequence[DeadMessage]) -> list[dict[str, str]]:
    return [
        {"Id": str(number), "ReceiptHandle": message.receipt.receipt_handle} for number, message in enumerate(messages)
    ]


def _is_too_long(error: ClientError) -> bool:
    """Return whether the messages of one call are too long together; what is not ours may have any length."""
    return error.response.get("Error", {}).get("Code", "").endswith("BatchRequestTooLong")


def _both(first: SentBack, second: SentBack) -> SentBack:
    return SentBack(
        moved=first.moved | second.moved,
        doubled=first.doubled | second.doubled,
        copies=first.copies | second.copies,
    )


def _unreachable(url: str, error: Exception) -> Retryable:
    return Retryable(f"the queue {url} cannot be reached: {error}", code="queue_unreachable", url=url, cause=str(error))

"""How the queues and the state machine are, for the doctor and the watchdog."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.job_health import QueueFigures
from sunwi.errors import Retryable
from sunwi.service.ports.health import QueueDepths, QueueHealth
from sunwi.service.ports.watchdog import MessageCounts

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType
    from types_boto3_stepfunctions import SFNClient

log = structlog.get_logger()

#: Of a queue's messages: those that can be received, those in flight, and those not yet shown.
_COUNTS: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def probe_queue(client: "SQSClient", url: str) -> QueueHealth:
    """Ask a queue how it is.

    Raises:
        Retryable: It cannot be asked, or its DLQ cannot.
    """
    try:
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        attributes = answer["Attributes"]
        policy = json.loads(attributes.get("RedrivePolicy") or "{}")
        dead_name = str(policy.get("deadLetterTargetArn", "")).rsplit(":", 1)[-1]
        dead = _depth(client, client.get_queue_url(QueueName=dead_name)["QueueUrl"]) if dead_name else None
    except (BotoCoreError, ClientError) as error:
        raise Retryable(
            f"the queue {url} cannot be asked: {error}",
            code="queue_state_unknown",
            url=url,
            cause=str(error),
        ) from error
    said = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    return QueueHealth(
        url=url,
        waiting=int(attributes.get("ApproximateNumberOfMessages", 0)),
        max_receive_count=int(policy["maxReceiveCount"]) if policy else None,
        dead=dead,
        answered_at=parsedate_to_datetime(said) if said else None,
        in_flight=int(attributes.get("ApproximateNumberOfMessagesNotVisible", 0)),
    )


def probe_state_machine(client: "SFNClient", arn: str) -> str:
    """Return a state machine's status, `ACTIVE` as a rule.

    Raises:
        Retryable: It cannot be asked.
    """
    try:
        return client.describe_state_machine(stateMachineArn=arn).get("status", "ACTIVE")
    except (BotoCoreError, ClientError) as error:
        raise Retryable(
            f"the state machine {arn} cannot be asked: {error}",
            code="state_machine_state_unknown",
            arn=arn,
            cause=str(error),
        ) from error


@dataclass(frozen=True, slots=True)
class SqsQueueDepths(QueueDepths):
    """Asks queues how full they are; `urls` has a queue's URL by its name."""

    client: "SQSClient"
    urls: Mapping[str, str]

    @override
    def figures(self) -> list[QueueFigures]:
        return [self._figures(name, url) for name, url in self.urls.items()]

    def _figures(self, name: str, url: str) -> QueueFigures:
        try:
            queue = probe_queue(self.client, url)
        except Retryable as error:
            log.warning("queue_not_asked", queue_url=url, error=str(error))
            return QueueFigures(name=name, waiting=None, in_flight=None, dead=None)
        return QueueFigures(name=name, waiting=queue.waiting, in_flight=queue.in_flight, dead=queue.dead)


@dataclass(frozen=True, slots=True)
class SqsMessageCounts(MessageCounts):
    """Counts the messages of queues that should be empty; `urls` has a queue's URL by its name."""

    client: "SQSClient"
    urls: Mapping[str, str]

    @override
    def counted(self) -> dict[str, int | None]:
        return {name: self._count(url) for name, url in self.urls.items()}

    def _count(self, url: str) -> int | None:
        try:
            answer = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)
        except (BotoCoreError, ClientError) as error:
            log.warning("queue_not_asked", queue_url=url, error=str(error))
            return None
        return sum(int(answer["Attributes"].get(name, "0")) for name in _COUNTS)


def _depth(client: "SQSClient", url: str) -> int:
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])

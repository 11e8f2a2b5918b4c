import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from structlog.testing import capture_logs

from sunwi.adapters.aws.health import SqsMessageCounts, SqsQueueDepths, probe_queue, probe_state_machine
from sunwi.domain.job_health import QueueFigures
from sunwi.errors import Retryable

URL = "https://sqs.invalid/000000000000/crawl"
DEAD_URL = "https://sqs.invalid/000000000000/crawl-dead"
POLICY = {"deadLetterTargetArn": "arn:aws:sqs:ap-northeast-2:000000000000:crawl-dead", "maxReceiveCount": "15"}
GONE = ClientError({"Error": {"Code": "QueueDoesNotExist", "Message": "gone"}}, "GetQueueAttributes")


@dataclass
class FakeSqs:
    """Queues by URL, each with its attributes or the error that asking gives."""

    queues: dict[str, dict[str, str] | Exception]
    headers: dict[str, str] = field(default_factory=dict)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        assert AttributeNames
        found = self.queues[QueueUrl]
        if isinstance(found, Exception):
            raise found
        return {"Attributes": found, "ResponseMetadata": {"HTTPHeaders": self.headers}}

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:  # noqa: N803 - boto3's own names
        return {"QueueUrl": f"https://sqs.invalid/000000000000/{QueueName}"}


def test_a_queue_tells_of_itself_and_its_dlq() -> None:
    queues: dict[str, dict[str, str] | Exception] = {
        URL: {"ApproximateNumberOfMessages": "7", "RedrivePolicy": json.dumps(POLICY)},
        DEAD_URL: {"ApproximateNumberOfMessages": "2"},
    }
    health = probe_queue(cast("Any", FakeSqs(queues, {"date": "Thu, 01 Jan 2026 16:00:00 GMT"})), URL)
    assert (health.waiting, health.max_receive_count, health.dead) == (7, 15, 2)
    assert health.answered_at == datetime(2026, 1, 1, 16, 0, tzinfo=UTC)


def test_a_queue_without_redrive_has_no_dlq() -> None:
    health = probe_queue(cast("Any", FakeSqs({URL: {"ApproximateNumberOfMessages": "0"}})), URL)
    assert (health.max_receive_count, health.dead, health.answered_at) == (None, None, None)


@pytest.mark.parametrize("error", [GONE, EndpointConnectionError(endpoint_url=URL)])
def test_a_queue_that_cannot_be_asked_is_named(error: Exception) -> None:
    with pytest.raises(Retryable, match=URL):
        probe_queue(cast("Any", FakeSqs({URL: error})), URL)


def test_a_dlq_that_is_gone_is_noticed() -> None:
    queues: dict[str, dict[str, str] | Exception] = {URL: {"RedrivePolicy": json.dumps(POLICY)}, DEAD_URL: GONE}
    with pytest.raises(Retryable, match="gone"):
        probe_queue(cast("Any", FakeSqs(queues)), URL)


def test_the_depths_of_queues_are_asked_each_for_itself() -> None:
    attributes = {
        "ApproximateNumberOfMessages": "7",
        "ApproximateNumberOfMessagesNotVisible": "3",
        "RedrivePolicy": json.dumps(POLICY),
    }
    queues: dict[str, dict[str, str] | Exception] = {
        URL: attributes,
        DEAD_URL: {"ApproximateNumberOfMessages": "2"},
        "express": GONE,
    }
    depths = SqsQueueDepths(cast("Any", FakeSqs(queues)), {"crawl": URL, "express": "express"})
    with capture_logs() as logs:
        assert depths.figures() == [
            QueueFigures(name="crawl", waiting=7, in_flight=3, dead=2),
            QueueFigures(name="express", waiting=None, in_flight=None, dead=None),
        ]
    assert [line["event"] for line in logs] == ["queue_not_asked"]


@dataclass
class FakeStates:
    """One state machine, or the error that asking gives."""

    found: dict[str, str] | Exception

    def describe_state_machine(self, *, stateMachineArn: str) -> dict[str, str]:  # noqa: N803 - boto3's own names
        assert stateMachineArn == "arn"
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_a_state_machine_gives_its_status() -> None:
    assert probe_state_machine(cast("Any", FakeStates({"status": "DELETING"})), "arn") == "DELETING"


def test_a_state_machine_that_cannot_be_asked_is_named() -> None:
    with pytest.raises(Retryable, match="the state machine arn cannot be asked"):
        probe_state_machine(cast("Any", FakeStates(GONE)), "arn")


def test_the_messages_of_a_queue_are_counted_those_in_flight_too_and_a_lost_queue_is_told() -> None:
    counts = {"": "2", "NotVisible": "3", "Delayed": "1"}
    queues: dict[str, dict[str, str] | Exception] = {
        URL: {f"ApproximateNumberOfMessages{name}": count for name, count in counts.items()},
        DEAD_URL: GONE,
    }
    counted = SqsMessageCounts(cast("Any", FakeSqs(queues)), {"crawl": URL, "dead": DEAD_URL}).counted()
    assert counted == {"crawl": 6, "dead": None}

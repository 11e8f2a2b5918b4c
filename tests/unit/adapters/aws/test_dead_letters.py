import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import ANY

from sunwi.adapters.aws.dead_letters import SqsDeadLetterQueue, open_dead_letter_queue
from sunwi.domain.dead_letter import DeadMessage, QueueName
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.ports.dead_letters import SentBack
from tests.examples import receipt
from tests.unit.adapters.conftest import StubbedClient

SOURCE = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/sunwi-crawl"
URL = f"{SOURCE}-dead-letters"
ARN = "arn:aws:sqs:ap-northeast-2:000000000000:sunwi-crawl-dead-letters"
POLICY = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": ARN, "maxReceiveCount": 15})}


@pytest.fixture
def queue(stubbed_sqs: StubbedClient) -> SqsDeadLetterQueue:
    return SqsDeadLetterQueue(client=stubbed_sqs.client, name=QueueName.CRAWL, source_url=SOURCE, url=URL, arn=ARN)


def messages(count: int) -> list[DeadMessage]:
    return [DeadMessage(receipt(f"m{number}"), f"body {number}") for number in range(count)]


def attributes(stubbed_sqs: StubbedClient, url: str, values: dict[str, str]) -> None:
    stubbed_sqs.stub.add_response(
        "get_queue_attributes", {"Attributes": values}, {"QueueUrl": url, "AttributeNames": ANY}
    )


def test_the_dead_letter_queue_is_found_by_the_redrive_policy(stubbed_sqs: StubbedClient) -> None:
    attributes(stubbed_sqs, SOURCE, POLICY)
    stubbed_sqs.stub.add_response("get_queue_url", {"QueueUrl": URL}, {"QueueName": "sunwi-crawl-dead-letters"})
    attributes(stubbed_sqs, URL, {})
    found = open_dead_letter_queue(stubbed_sqs.client, QueueName.CRAWL, SOURCE)
    assert (found.url, found.arn, found.source_url) == (URL, ARN, SOURCE)


def test_a_queue_without_a_dead_letter_queue_is_a_setting_to_fix(stubbed_sqs: StubbedClient) -> None:
    attributes(stubbed_sqs, SOURCE, {})
    with pytest.raises(ConfigurationError, match="has no dead-letter queue"):
        open_dead_letter_queue(stubbed_sqs.client, QueueName.CRAWL, SOURCE)


def test_a_dead_letter_queue_that_would_lose_a_message_by_looking_is_refused(stubbed_sqs: StubbedClient) -> None:
    attributes(stubbed_sqs, SOURCE, POLICY)
    stubbed_sqs.stub.add_response("get_queue_url", {"QueueUrl": URL}, {"QueueName": ANY})
    attributes(stubbed_sqs, URL, POLICY)
    with pytest.raises(ConfigurationError, match="has a redrive policy of its own"):
        open_dead_letter_queue(stubbed_sqs.client, QueueName.CRAWL, SOURCE)


def test_a_queue_that_cannot_be_reached_is_named(stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue) -> None:
    for call in ("get_queue_attributes", "get_queue_attributes", "receive_message", "send_message_batch"):
        stubbed_sqs.stub.add_client_error(call, "AccessDenied", "not you")
    with pytest.raises(Retryable, match=f"{SOURCE} cannot be reached: .*not you"):
        open_dead_letter_queue(stubbed_sqs.client, QueueName.CRAWL, SOURCE)
    with pytest.raises(Retryable, match=f"{URL} cannot be reached"):
        queue.count()
    with pytest.raises(Retryable, match=f"{URL} cannot be reached"):
        queue.receive(10, hide_seconds=60)
    with pytest.raises(Retryable, match=f"{SOURCE} cannot be reached"):
        queue.send_back(messages(2))


def test_hidden_and_delayed_messages_count_too(stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue) -> None:
    counts = {
        "ApproximateNumberOfMessages": "5",
        "ApproximateNumberOfMessagesNotVisible": "2",
        "ApproximateNumberOfMessagesDelayed": "1",
    }
    attributes(stubbed_sqs, URL, counts)
    assert queue.count() == 8


def test_a_receive_hides_what_it_gives_and_says_when_it_was_first_sent(
    stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue
) -> None:
    message = {
        "MessageId": "m1",
        "ReceiptHandle": "h1",
        "Body": "{not json",
        "Attributes": {"SentTimestamp": "1767283200000", "ApproximateReceiveCount": "17"},
    }
    asked = {
        "QueueUrl": URL,
        "MaxNumberOfMessages": 10,
        "VisibilityTimeout": 60,
        "WaitTimeSeconds": 1,
        "MessageSystemAttributeNames": ["SentTimestamp", "ApproximateReceiveCount"],
    }
    stubbed_sqs.stub.add_response("receive_message", {"Messages": [message]}, asked)
    stubbed_sqs.stub.add_response("receive_message", {}, {**asked, "MaxNumberOfMessages": 3})
    [found] = queue.receive(25, hide_seconds=60)
    assert (found.receipt.message_id, found.receipt.receive_count, found.body) == ("m1", 17, "{not json")
    assert found.receipt.sent_at == datetime(2026, 1, 1, 16, 0, tzinfo=UTC)
    assert queue.receive(3, hide_seconds=60) == []


def test_what_cannot_be_shown_again_is_counted(stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue) -> None:
    failed = {"Id": "0", "SenderFault": True, "Code": "ReceiptHandleIsInvalid"}
    entries = [{"Id": str(n), "ReceiptHandle": f"handle-m{n}", "VisibilityTimeout": 0} for n in range(10)]
    stubbed_sqs.stub.add_response(
        "change_message_visibility_batch", {"Successful": [], "Failed": [failed]}, {"QueueUrl": URL, "Entries": entries}
    )
    stubbed_sqs.stub.add_client_error("change_message_visibility_batch", "RequestThrottled")
    assert queue.show_again(messages(13)) == 1 + 3
    assert queue.show_again([]) == 0


def sent(*numbers: int) -> dict[str, Any]:
    taken = [{"Id": str(n), "MessageId": f"copy-{n}", "MD5OfMessageBody": ""} for n in numbers]
    return {"Successful": taken, "Failed": []}


def test_a_message_is_copied_first_and_deleted_then(stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue) -> None:
    copied = [{"Id": str(n), "MessageBody": f"body {n}"} for n in range(2)]
    deleted = [{"Id": str(n), "ReceiptHandle": f"handle-m{n}"} for n in range(2)]
    stubbed_sqs.stub.add_response("send_message_batch", sent(0, 1), {"QueueUrl": SOURCE, "Entries": copied})
    stubbed_sqs.stub.add_response(
        "delete_message_batch", {"Successful": [], "Failed": []}, {"QueueUrl": URL, "Entries": deleted}
    )
    done = queue.send_back(messages(2))
    assert done == SentBack(moved=frozenset({"m0", "m1"}), doubled=frozenset(), copies=frozenset({"copy-0", "copy-1"}))


def test_what_was_not_copied_is_not_deleted(stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue) -> None:
    stubbed_sqs.stub.add_response("send_message_batch", sent(1), {"QueueUrl": SOURCE, "Entries": ANY})
    deleted = [{"Id": "0", "ReceiptHandle": "handle-m1"}]
    stubbed_sqs.stub.add_response(
        "delete_message_batch", {"Successful": [], "Failed": []}, {"QueueUrl": URL, "Entries": deleted}
    )
    done = queue.send_back(messages(3))
    assert done == SentBack(moved=frozenset({"m1"}), doubled=frozenset(), copies=frozenset({"copy-1"}))
    stubbed_sqs.stub.add_response("send_message_batch", sent(), {"QueueUrl": SOURCE, "Entries": ANY})
    assert queue.send_back(messages(1)).moved == set()


@pytest.mark.parametrize("whole_call", [False, True])
def test_what_was_copied_and_could_not_be_deleted_is_said_to_be_doubled(
    stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue, *, whole_call: bool
) -> None:
    stubbed_sqs.stub.add_response("send_message_batch", sent(0, 1), {"QueueUrl": SOURCE, "Entries": ANY})
    if whole_call:
        stubbed_sqs.stub.add_client_error("delete_message_batch", "RequestThrottled")
    else:
        failed = [{"Id": "1", "SenderFault": False, "Code": "InternalError"}]
        stubbed_sqs.stub.add_response(
            "delete_message_batch", {"Successful": [], "Failed": failed}, {"QueueUrl": URL, "Entries": ANY}
        )
    done = queue.send_back(messages(2))
    assert done.doubled == ({"m0", "m1"} if whole_call else {"m1"})
    assert done.moved | done.doubled == {"m0", "m1"}


def test_messages_that_are_too_long_together_go_one_by_one(
    stubbed_sqs: StubbedClient, queue: SqsDeadLetterQueue
) -> None:
    def take(count: int) -> None:
        entries = [{"Id": str(number), "MessageBody": ANY} for number in range(count)]
        stubbed_sqs.stub.add_response(
            "send_message_batch", sent(*range(count)), {"QueueUrl": SOURCE, "Entries": entries}
        )
        stubbed_sqs.stub.add_response(
            "delete_message_batch", {"Successful": [], "Failed": []}, {"QueueUrl": URL, "Entries": ANY}
        )

    stubbed_sqs.stub.add_client_error("send_message_batch", "AWS.SimpleQueueService.BatchRequestTooLong")
    take(1)
    take(2)
    assert queue.send_back(messages(3)).moved == {"m0", "m1", "m2"}

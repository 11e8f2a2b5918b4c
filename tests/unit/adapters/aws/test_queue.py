import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sunwi.adapters.aws.queue import SqsCrawlQueue
from sunwi.errors import ConfigurationError, Retryable
from tests.examples import CRAWL_QUEUE_ARN, receipt

CRAWL_URL = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/crawl"
EXPRESS_URL = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/express"
RUN = "scheduled-20260102"


@dataclass
class FakeSqs:
    """SQS that refuses some ids some times, and fails whole calls that hold others."""

    refusals: Counter[int] = field(default_factory=Counter)
    fails_with: dict[int, Exception] = field(default_factory=dict)
    calls: list[tuple[str, list[int]]] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    visibility: list[dict[str, Any]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        bodies = [json.loads(entry["MessageBody"]) for entry in Entries]
        ids = [body["tracking_id"] for body in bodies]
        assert 1 <= len(ids) <= 10
        assert len({entry["Id"] for entry in Entries}) == len(ids)
        assert {body["run_id"] for body in bodies} == {RUN}
        with self.lock:
            self.calls.append((QueueUrl, ids))
            for tracking_id in ids:
                if tracking_id in self.fails_with:
                    raise self.fails_with[tracking_id]
            refused = [tracking_id for tracking_id in ids if self.refusals[tracking_id] > 0]
            self.refusals.subtract(refused)
            self.taken.update(set(ids) - set(refused))
        failed = [{"Id": str(tracking_id), "Code": "InternalError"} for tracking_id in refused]
        return {"Failed": failed} if failed else {}

    def change_message_visibility(self, **call: Any) -> None:
        if error := self.fails_with.get(0):
            raise error
        self.visibility.append(call)


def queue(sqs: FakeSqs, express: str | None = EXPRESS_URL) -> SqsCrawlQueue:
    return SqsCrawlQueue(client=cast("Any", sqs), crawl_queue_url=CRAWL_URL, express_queue_url=express)


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "RequestThrottled", "Message": "slow down"}}, "SendMessageBatch")


def test_ten_messages_go_in_one_call_and_each_goes_once() -> None:
    sqs = FakeSqs()
    assert queue(sqs).send(RUN, range(1, 96), express=False) == set(range(1, 96))
    assert sorted(len(ids) for _, ids in sqs.calls) == [5, *[10] * 9]
    assert {url for url, _ in sqs.calls} == {CRAWL_URL}
    assert sqs.taken == Counter(range(1, 96))


def test_nothing_to_send_is_no_call() -> None:
    sqs = FakeSqs()
    assert queue(sqs).send(RUN, [], express=False) == set()
    assert sqs.calls == []


def test_a_run_that_somebody_waits_for_takes_the_express_lane() -> None:
    sqs = FakeSqs()
    queue(sqs).send(RUN, [1], express=True)
    assert sqs.calls == [(EXPRESS_URL, [1])]


def test_only_refused_entries_are_sent_again() -> None:
    sqs = FakeSqs(refusals=Counter({3: 2, 7: 1}))
    assert queue(sqs).send(RUN, range(1, 11), express=False) == set(range(1, 11))
    assert [ids for _, ids in sqs.calls] == [list(range(1, 11)), [3, 7], [3]]
    assert sqs.taken == Counter(range(1, 11))


def test_what_is_refused_to_the_end_is_not_among_the_taken() -> None:
    sqs = FakeSqs(refusals=Counter({3: 99}))
    assert queue(sqs).send(RUN, range(1, 11), express=False) == set(range(1, 11)) - {3}


@pytest.mark.parametrize("error", [throttled(), EndpointConnectionError(endpoint_url="https://sqs")])
def test_a_call_that_fails_leaves_the_other_calls_messages_taken(error: Exception) -> None:
    sqs = FakeSqs(fails_with={15: error})
    taken = queue(sqs).send(RUN, range(1, 31), express=False)
    assert taken == set(sqs.taken) == set(range(1, 11)) | set(range(21, 31))


def test_a_queue_that_takes_nothing_is_worth_another_try() -> None:
    sqs = FakeSqs(fails_with={5: throttled(), 15: throttled()})
    with pytest.raises(Retryable, match=f"run {RUN} could not be sent to {CRAWL_URL}: .*slow down"):
        queue(sqs).send(RUN, range(1, 21), express=False)


def test_a_lane_without_an_address_is_named() -> None:
    with pytest.raises(ConfigurationError, match="EXPRESS_QUEUE_URL is not set"):
        queue(FakeSqs(), express=None).send(RUN, [1], express=True)


@pytest.mark.parametrize(("name", "url"), [("crawl", CRAWL_URL), ("express", EXPRESS_URL)])
def test_a_message_is_postponed_in_the_queue_it_came_from(name: str, url: str) -> None:
    sqs = FakeSqs()
    received = receipt("m1")
    object.__setattr__(received, "queue_arn", CRAWL_QUEUE_ARN.replace(":crawl", f":{name}"))
    queue(sqs).postpone(received, 60)
    assert sqs.visibility == [{"QueueUrl": url, "ReceiptHandle": "handle-m1", "VisibilityTimeout": 60}]


def test_a_message_of_a_queue_nobody_told_us_about_is_a_setting_to_fix() -> None:
    received = receipt()
    object.__setattr__(received, "queue_arn", CRAWL_QUEUE_ARN + "-dlq")
    with pytest.raises(ConfigurationError, match=r"came from queue crawl-dlq.*CRAWL_QUEUE_URL"):
        queue(FakeSqs()).postpone(received, 60)


def test_a_postponement_that_fails_says_which_message() -> None:
    with pytest.raises(Retryable, match="message message-1 could not be postponed"):
        queue(FakeSqs(fails_with={0: throttled()})).postpone(receipt(), 60)

import json
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sunwi.adapters.aws.notice_queue import SqsNoticeQueue
from sunwi.errors import Retryable

URL = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/notices"


@dataclass
class FakeSqs:
    """SQS that refuses some notices, and fails whole calls that hold others."""

    refused: set[str] = field(default_factory=set)
    fails_with: dict[str, Exception] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    lock: Any = field(default_factory=Lock)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        assert QueueUrl == URL
        named = {entry["Id"]: json.loads(entry["MessageBody"])["notice_id"] for entry in Entries}
        assert len(named) == len(Entries)
        with self.lock:
            self.sizes.append(len(Entries))
        for notice_id in named.values():
            if notice_id in self.fails_with:
                raise self.fails_with[notice_id]
        failed = [{"Id": number, "Code": "InternalError"} for number, one in named.items() if one in self.refused]
        return {"Failed": failed} if failed else {}


def queue(sqs: FakeSqs) -> SqsNoticeQueue:
    return SqsNoticeQueue(cast("Any", sqs), URL)


def notices(number: int) -> list[tuple[str, int]]:
    return [(f"n{one}", one + 1) for one in range(number)]


def test_notices_are_sent_ten_a_call() -> None:
    sqs = FakeSqs()
    assert queue(sqs).send(notices(23)) == notices(23)
    assert sorted(sqs.sizes) == [3, 10, 10]


def test_nothing_to_send_is_no_call() -> None:
    sqs = FakeSqs()
    assert queue(sqs).send([]) == []
    assert sqs.sizes == []


def test_what_sqs_refuses_was_not_taken() -> None:
    sqs = FakeSqs(refused={"n0", "n12"})
    taken = queue(sqs).send(notices(15))
    assert set(notices(15)) - set(taken) == {("n0", 1), ("n12", 13)}


def test_a_call_that_fails_leaves_its_own_untaken_and_no_others() -> None:
    throttled = ClientError({"Error": {"Code": "RequestThrottled", "Message": "slow down"}}, "SendMessageBatch")
    taken = queue(FakeSqs(fails_with={"n3": throttled})).send(notices(20))
    assert taken == notices(20)[10:]


def test_a_queue_that_cannot_be_reached_takes_nothing() -> None:
    gone = EndpointConnectionError(endpoint_url=URL)
    with pytest.raises(Retryable) as caught:
        queue(FakeSqs(fails_with={"n0": gone})).send(notices(5))
    assert caught.value.code == "notices_not_sent"

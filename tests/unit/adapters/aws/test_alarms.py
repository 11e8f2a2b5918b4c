from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sunwi.adapters.aws.alarms import SnsAlarmChannel
from sunwi.domain.alarm import Alarm
from sunwi.errors import Retryable

ALARM = Alarm(title="제목", text="무엇이, 어디에, 어떻게", kind="RUN_OPEN", subject="scheduled-20260102")


@dataclass
class FakeSns:
    """A topic that takes messages, or fails."""

    error: Exception | None = None
    published: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, **call: Any) -> None:
        if self.error:
            raise self.error
        self.published.append(call)


def test_an_alarm_is_one_message_that_can_be_filtered_by_what_it_is_about() -> None:
    client = FakeSns()
    SnsAlarmChannel(cast("Any", client), "arn:topic").raise_alarm(ALARM)
    assert client.published == [
        {
            "TopicArn": "arn:topic",
            "Subject": "제목",
            "Message": "무엇이, 어디에, 어떻게",
            "MessageAttributes": {
                "kind": {"DataType": "String", "StringValue": "RUN_OPEN"},
                "subject": {"DataType": "String", "StringValue": "scheduled-20260102"},
            },
        }
    ]


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://sns"),
        ClientError({"Error": {"Code": "Throttled", "Message": "slow"}}, "Publish"),
    ],
)
def test_an_alarm_that_cannot_be_sent_is_worth_another_try(error: Exception) -> None:
    with pytest.raises(Retryable, match="the alarm RUN_OPEN of scheduled-20260102 could not be sent"):
        SnsAlarmChannel(cast("Any", FakeSns(error)), "arn:topic").raise_alarm(ALARM)

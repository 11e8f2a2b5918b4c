"""Alarms on an SNS topic."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.alarm import Alarm
from sunwi.errors import Retryable
from sunwi.service.ports.watchdog import AlarmChannel

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


@dataclass(frozen=True, slots=True)
class SnsAlarmChannel(AlarmChannel):
    """Publishes to one topic; the attributes `kind` and `subject` are there to filter by."""

    client: "SNSClient"
    topic_arn: str

    @override
    def raise_alarm(self, alarm: Alarm) -> None:
        attributes = {"kind": alarm.kind, "subject": alarm.subject}
        try:
            self.client.publish(
                TopicArn=self.topic_arn,
                Subject=alarm.title,
                Message=alarm.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the alarm {alarm.kind} of {alarm.subject} could not be sent: {error}",
                code="alarm_not_sent",
                alarm=alarm.kind,
                subject=alarm.subject,
                cause=str(error),
            ) from error

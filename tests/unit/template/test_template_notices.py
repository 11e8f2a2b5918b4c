"""What tells people, and what concerns that itself."""

from typing import Any

import pytest

from sunwi.domain.notice_rules import LEASE, LONGEST_TURN, QUEUED_AGAIN_AFTER
from tests.unit.template.test_template_permissions import as_list, by_sid

Resources = dict[str, dict[str, Any]]

#: What a sender may take for one notice, besides the wait for its turn and storing the end.
SEND_SECONDS = 10
QUEUE = {"Fn::GetAtt": ["NoticesQueue", "Arn"]}


@pytest.fixture(scope="module")
def notifier(functions: Resources) -> dict[str, Any]:
    return dict(functions["Notifier"]["Properties"])


def test_the_notifier_is_sent_one_message_at_a_time_and_says_which_must_come_again(notifier: dict[str, Any]) -> None:
    (event,) = notifier["Events"].values()
    properties = event["Properties"]
    assert (properties["Queue"], properties["BatchSize"]) == (QUEUE, 1)
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert properties["ScalingConfig"]["MaximumConcurrency"] == 2


def test_notices_have_no_concurrency_of_their_own_since_the_database_keeps_the_pace(notifier: dict[str, Any]) -> None:
    assert "ReservedConcurrentExecutions" not in notifier


def test_a_message_is_hidden_six_times_as_long_as_the_notifier_may_take(
    queues: Resources, notifier: dict[str, Any]
) -> None:
    queue = queues["NoticesQueue"]["Properties"]
    assert queue["VisibilityTimeout"] == 6 * notifier["Timeout"] > LEASE.total_seconds()
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["NoticesDeadLetterQueue", "Arn"]}
    taken = queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]
    assert 4 * 3600 < taken < queue["MessageRetentionPeriod"]


def test_a_try_ends_within_its_lease_and_its_function(notifier: dict[str, Any]) -> None:
    storing = sum((1, 2, 4, 8))
    assert LEASE.total_seconds() == notifier["Timeout"]
    assert LONGEST_TURN.total_seconds() + SEND_SECONDS + storing < notifier["Timeout"]


def test_the_notifier_takes_notices_and_no_more(resources: Resources) -> None:
    allowed = by_sid(resources, "NotifierRole")
    assert set(allowed) >= {"WriteOwnLogs", "ReadDatabaseSecret", "TakeNotices"}
    assert allowed["TakeNotices"]["Resource"] == QUEUE
    sqs = [
        action for statement in allowed.values() for action in as_list(statement["Action"]) if action.startswith("sqs:")
    ]
    assert sorted(sqs) == ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
    assert allowed["LeaveWhatFailed"]["Resource"] == {"Fn::GetAtt": ["NotifierFailureQueue", "Arn"]}


def test_the_tender_alone_queues_notices_and_raises_the_alarm_of_those_that_are_overdue(resources: Resources) -> None:
    allowed = by_sid(resources, "TenderRole")
    assert (allowed["QueueNotices"]["Action"], allowed["QueueNotices"]["Resource"]) == ("sqs:SendMessage*", QUEUE)
    assert (allowed["RaiseAlarms"]["Action"], allowed["RaiseAlarms"]["Resource"]) == (
        "sns:Publish",
        {"Ref": "AlarmTopic"},
    )
    variables = resources["Tender"]["Properties"]["Environment"]["Variables"]
    assert variables["NOTICES_QUEUE_URL"] == {"Ref": "NoticesQueue"}
    assert variables["ALARM_TOPIC_ARN"] == {"Ref": "AlarmTopic"}
    senders = {
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Role"
        for statement in by_sid(resources, name).values()
        if QUEUE in as_list(statement["Resource"]) and any("SendMessage" in one for one in as_list(statement["Action"]))
    }
    assert senders == {"TenderRole"}


def test_a_notifier_that_does_not_come_by_raises_an_alarm_at_the_topic_itself(resources: Resources) -> None:
    alarm = resources["NoticesQueueAgeAlarm"]["Properties"]
    assert alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": ["NoticesQueue", "QueueName"]}
    assert alarm["Threshold"] == 2 * QUEUED_AGAIN_AFTER.total_seconds()
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]

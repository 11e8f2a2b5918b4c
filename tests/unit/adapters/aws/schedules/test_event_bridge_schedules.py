"""Every call against the real model of EventBridge Scheduler."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from sunwi.adapters.aws.schedules.event_bridge_schedules import EventBridgeSchedules, ScheduleTarget
from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import Daily, Interval, Unreadable
from sunwi.errors import InvalidInput, Retryable
from tests.unit.adapters.conftest import StubbedClient

GROUP = "sunwi"
NOW = datetime(2026, 1, 2, 1, 0, tzinfo=UTC)
TARGET = ScheduleTarget(
    queue_arn="arn:aws:sqs:ap-northeast-2:123456789012:sunwi-schedules",
    role_arn="arn:aws:iam::123456789012:role/sunwi-ScheduleRole",
    dead_letter_arn="arn:aws:sqs:ap-northeast-2:123456789012:sunwi-schedules-dead-letters",
)
BACKUP = JobOrder(work="backup", params={})
INPUT = '{"submit": {"work": "backup", "params": {}}, "schedule": "backup", "due": "<aws.scheduler.scheduled-time>"}'
SENDS = {
    "Arn": TARGET.queue_arn,
    "RoleArn": TARGET.role_arn,
    "Input": INPUT,
    "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
    "DeadLetterConfig": {"Arn": TARGET.dead_letter_arn},
}
KEPT: dict[str, Any] = {
    "Name": "backup",
    "GroupName": GROUP,
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "ScheduleExpressionTimezone": "Asia/Seoul",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "State": "ENABLED",
    "ActionAfterCompletion": "NONE",
    "Description": "Sunwi: submits backup.",
    "Target": SENDS,
}
ASKED = {"Name": "backup", "GroupName": GROUP}
#: What only a scheduler says of a schedule.
SAID = {
    "Arn": "arn:aws:scheduler:ap-northeast-2:123456789012:schedule/sunwi/backup",
    "CreationDate": NOW,
    "LastModificationDate": NOW,
}


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubbedClient]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("scheduler", region_name="ap-northeast-2")
    with Stubber(client) as stub:
        yield StubbedClient(client, stub)
        stub.assert_no_pending_responses()


def schedules(scheduler: StubbedClient) -> EventBridgeSchedules:
    return EventBridgeSchedules(client=scheduler.client, group=GROUP, find_target=lambda: TARGET)


def expect_change(scheduler: StubbedClient, kept: dict[str, Any], changed: dict[str, Any]) -> None:
    scheduler.stub.add_response("get_schedule", {**kept, **SAID}, ASKED)
    scheduler.stub.add_response("update_schedule", {"ScheduleArn": SAID["Arn"]}, changed)


def test_a_new_schedule_sends_what_it_submits_to_the_queue_in_korean_time_and_is_never_late_on_purpose(
    scheduler: StubbedClient,
) -> None:
    scheduler.stub.add_response("create_schedule", {"ScheduleArn": SAID["Arn"]}, KEPT)
    assert schedules(scheduler).create("backup", Daily(time(3, 0)), BACKUP)


def test_one_that_is_there_is_left_as_it_is(scheduler: StubbedClient) -> None:
    scheduler.stub.add_client_error("create_schedule", "ConflictException")
    assert not schedules(scheduler).create("backup", Daily(time(3, 0)), BACKUP)


def test_an_interval_begins_when_its_form_says(scheduler: StubbedClient) -> None:
    since = NOW + timedelta(minutes=45)
    expected = {**KEPT, "ScheduleExpression": "rate(45 minutes)", "StartDate": since}
    scheduler.stub.add_response("create_schedule", {"ScheduleArn": SAID["Arn"]}, expected)
    assert schedules(scheduler).create("backup", Interval(45, since), BACKUP)


def test_a_schedule_is_found_with_what_it_submits(scheduler: StubbedClient) -> None:
    scheduler.stub.add_response("get_schedule", {**KEPT, **SAID}, ASKED)
    found = schedules(scheduler).find("backup")
    assert found is not None
    assert (found.name, found.when, found.order) == ("backup", Daily(time(3, 0)), BACKUP)
    assert (found.is_paused, found.changed_at, found.not_before, found.until) == (False, NOW, None, None)


def test_one_that_is_not_there_is_not_found(scheduler: StubbedClient) -> None:
    scheduler.stub.add_client_error("get_schedule", "ResourceNotFoundException")
    assert schedules(scheduler).find("backup") is None


@pytest.mark.parametrize(
    "text", [None, "ping", "[]", '{"submit": "backup"}', '{"submit": {"work": "backup", "params": {}}}']
)
def test_what_a_person_has_set_to_something_else_is_found_without_a_job(
    scheduler: StubbedClient, text: str | None
) -> None:
    target = {name: value for name, value in {**SENDS, "Input": text}.items() if value is not None}
    strange = {**KEPT, "ScheduleExpression": "cron(0 3 15W * ? *)", "ScheduleExpressionTimezone": "UTC"}
    scheduler.stub.add_response("get_schedule", {**strange, "Target": target, **SAID}, ASKED)
    found = schedules(scheduler).find("backup")
    assert found is not None
    assert (found.order, found.when) == (None, Unreadable("cron(0 3 15W * ? *)", "UTC"))


def test_all_of_the_group_are_listed_over_its_pages_by_name_and_one_that_goes_meanwhile_is_left_out(
    scheduler: StubbedClient,
) -> None:
    def page(*names: str, **more: str) -> dict[str, Any]:
        return {"Schedules": [{"Name": name} for name in names], **more}

    stub = scheduler.stub
    stub.add_response("list_schedules", page("evaluation", NextToken="2"), {"GroupName": GROUP})
    stub.add_response("list_schedules", page("backup", "gone"), {"GroupName": GROUP, "NextToken": "2"})
    stub.add_response("get_schedule", {**KEPT, **SAID}, ASKED)
    stub.add_response("get_schedule", {**KEPT, "Name": "evaluation", **SAID}, {**ASKED, "Name": "evaluation"})
    stub.add_client_error("get_schedule", "ResourceNotFoundException")
    assert [schedule.name for schedule in schedules(scheduler).list()] == ["backup", "evaluation"]


def test_a_pause_changes_the_state_and_nothing_that_a_person_has_set(scheduler: StubbedClient) -> None:
    own = {
        **KEPT,
        "Description": "moved by Kim",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        "ScheduleExpressionTimezone": "UTC",
        "EndDate": NOW + timedelta(days=9),
        "KmsKeyArn": "arn:aws:kms:ap-northeast-2:123456789012:key/1",
        "ActionAfterCompletion": "DELETE",
        "Target": {**SENDS, "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 3}},
    }
    expect_change(scheduler, own, {**own, "State": "DISABLED"})
    schedules(scheduler).change("backup", at=NOW, is_paused=True)


def test_a_resume_lets_it_be_due_again(scheduler: StubbedClient) -> None:
    expect_change(scheduler, {**KEPT, "State": "DISABLED"}, KEPT)
    schedules(scheduler).change("backup", at=NOW, is_paused=False)


def test_another_time_is_korean_and_drops_what_bounded_the_one_before(scheduler: StubbedClient) -> None:
    bounds = {"StartDate": NOW + timedelta(days=1), "EndDate": NOW + timedelta(days=2)}
    kept = {**KEPT, "ScheduleExpressionTimezone": "UTC", "State": "DISABLED"}
    moved = {**kept, "ScheduleExpression": "cron(30 5 * * ? *)", "ScheduleExpressionTimezone": "Asia/Seoul"}
    expect_change(scheduler, {**kept, **bounds}, moved)
    schedules(scheduler).change("backup", at=NOW, when=Daily(time(5, 30)))


def test_another_job_keeps_queue_role_and_retries(scheduler: StubbedClient) -> None:
    order = JobOrder(work="archive", params={"days": 90})
    text = json.dumps(
        {
            "submit": {"work": "archive", "params": {"days": 90}},
            "schedule": "backup",
            "due": "<aws.scheduler.scheduled-time>",
        }
    )
    expect_change(scheduler, KEPT, {**KEPT, "Target": {**SENDS, "Input": text}})
    schedules(scheduler).change("backup", at=NOW, order=order)


def test_a_beginning_that_has_gone_by_is_left_out_since_an_update_refuses_it(scheduler: StubbedClient) -> None:
    expect_change(scheduler, {**KEPT, "StartDate": NOW - timedelta(days=3)}, {**KEPT, "State": "DISABLED"})
    schedules(scheduler).change("backup", at=NOW, is_paused=True)


def test_an_interval_that_is_resumed_goes_on_in_step_with_its_beginning(scheduler: StubbedClient) -> None:
    begun = NOW - timedelta(minutes=100)
    kept = {**KEPT, "ScheduleExpression": "rate(45 minutes)", "State": "DISABLED"}
    on = {**kept, "State": "ENABLED", "StartDate": NOW + timedelta(minutes=35)}
    expect_change(scheduler, {**kept, "StartDate": begun}, on)
    schedules(scheduler).change("backup", at=NOW, is_paused=False)


def test_what_is_not_there_cannot_be_changed(scheduler: StubbedClient) -> None:
    scheduler.stub.add_client_error("get_schedule", "ResourceNotFoundException")
    with pytest.raises(InvalidInput) as refused:
        schedules(scheduler).change("backup", at=NOW, is_paused=True)
    assert refused.value.code == "schedule_unknown"


def test_a_schedule_is_removed_and_one_that_is_gone_is_fine(scheduler: StubbedClient) -> None:
    scheduler.stub.add_response("delete_schedule", {}, ASKED)
    scheduler.stub.add_client_error("delete_schedule", "ResourceNotFoundException")
    for _ in range(2):
        schedules(scheduler).remove("backup")


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("ValidationException", "Invalid Schedule Expression.", InvalidInput),
        ("ValidationException", "The execution role you provide must allow AWS EventBridge Scheduler to …", Retryable),
        ("AccessDeniedException", "no", Retryable),
        ("ThrottlingException", "slow down", Retryable),
        ("ServiceQuotaExceededException", "too many", Retryable),
    ],
)
def test_what_the_scheduler_refuses_for_good_is_told_from_what_may_pass(
    scheduler: StubbedClient, code: str, message: str, kind: type[Exception]
) -> None:
    for method, call in (
        ("create_schedule", lambda: schedules(scheduler).create("backup", Daily(time(3, 0)), BACKUP)),
        ("update_schedule", lambda: schedules(scheduler).change("backup", at=NOW, is_paused=True)),
    ):
        if method == "update_schedule":
            scheduler.stub.add_response("get_schedule", {**KEPT, **SAID}, ASKED)
        scheduler.stub.add_client_error(method, code, message)
        with pytest.raises(kind, match=message):
            call()


@pytest.mark.parametrize(("method", "call"), [("get_schedule", "find"), ("delete_schedule", "remove")])
def test_a_scheduler_that_does_not_answer_is_not_taken_for_one_without_schedules(
    scheduler: StubbedClient, method: str, call: str
) -> None:
    scheduler.stub.add_client_error(method, "InternalServerException")
    with pytest.raises(Retryable, match="the scheduler cannot be reached"):
        getattr(schedules(scheduler), call)("backup")


def test_a_list_that_is_not_given_is_no_empty_list(scheduler: StubbedClient) -> None:
    scheduler.stub.add_client_error("list_schedules", "AccessDeniedException")
    with pytest.raises(Retryable) as away:
        schedules(scheduler).list()
    assert away.value.code == "scheduler_unreachable"


def test_the_time_of_a_schedule_that_begins_later_is_kept_in_utc(scheduler: StubbedClient) -> None:
    begins = datetime(2026, 2, 1, 9, 0, tzinfo=KST)
    scheduler.stub.add_response("get_schedule", {**KEPT, "StartDate": begins, **SAID}, ASKED)
    found = schedules(scheduler).find("backup")
    assert found is not None
    assert (found.not_before, list(found.next_times(after=NOW))) == (
        begins,
        [datetime(2026, 2, 2, 3, 0, tzinfo=KST)],
    )

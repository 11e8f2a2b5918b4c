"""Schedules are no resources of the template, and what makes them may do nothing else."""

from typing import Any

from sunwi.service.schedules.default_schedules import DEFAULT_SCHEDULES
from tests.unit.template.test_template_permissions import by_sid, statements

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

OF_GROUP = {"Fn::Sub": "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${ScheduleGroup}/*"}


def test_no_schedule_is_a_resource_so_that_a_deployment_puts_none_back(resources: Resources) -> None:
    assert [name for name, item in resources.items() if item["Type"] == "AWS::Scheduler::Schedule"] == []
    assert resources["ScheduleGroup"]["Type"] == "AWS::Scheduler::ScheduleGroup"
    assert resources["ScheduleGroup"]["Properties"] == {"Name": {"Ref": "AWS::StackName"}}
    assert "DeletionPolicy" not in resources["ScheduleGroup"], "its schedules are deleted with it"


def test_a_deployment_has_the_migrator_create_sunwis_own_after_the_schema(resources: Resources) -> None:
    schedules = resources["Schedules"]
    assert schedules["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["Migrator", "Arn"]}
    assert schedules["Properties"]["Names"] == [default.name for default in DEFAULT_SCHEDULES]
    assert schedules["Properties"]["Group"] == {"Ref": "ScheduleGroup"}
    assert {"Schema", "Tender"} <= set(schedules["DependsOn"])
    assert schedules["Properties"]["ServiceTimeout"] < resources["Migrator"]["Properties"]["Timeout"]


def test_the_migrator_creates_schedules_of_the_group_and_changes_and_deletes_none(resources: Resources) -> None:
    allowed = by_sid(resources, "MigratorRole")
    assert (allowed["CreateSchedules"]["Action"], allowed["CreateSchedules"]["Resource"]) == (
        "scheduler:CreateSchedule",
        OF_GROUP,
    )
    assert [
        statement["Action"]
        for statement in statements(resources["MigratorRole"])
        if "scheduler" in str(statement["Action"])
    ] == ["scheduler:CreateSchedule"]


def test_the_migrator_and_the_api_pass_the_one_role_to_the_scheduler_and_nobody_else_passes_any(
    resources: Resources,
) -> None:
    passing = {
        name: statement
        for name, item in resources.items()
        if item["Type"] == "AWS::IAM::Role"
        for statement in statements(item)
        if statement["Action"] == "iam:PassRole"
    }
    assert set(passing) == {"MigratorRole", "ApiRole"}
    for statement in passing.values():
        assert statement["Resource"] == {"Fn::GetAtt": ["ScheduleRole", "Arn"]}
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_schedules_may_send_to_their_queue_and_leave_what_they_cannot_send_and_no_more(resources: Resources) -> None:
    allowed = by_sid(resources, "ScheduleRole")
    assert {sid: (statement["Action"], statement["Resource"]) for sid, statement in allowed.items()} == {
        "SendWhatIsDue": ("sqs:SendMessage", {"Fn::GetAtt": ["SchedulesQueue", "Arn"]}),
        "LeaveWhatCouldNotBeSent": ("sqs:SendMessage", {"Fn::GetAtt": ["SchedulesDeadLetterQueue", "Arn"]}),
    }


def test_only_schedules_of_the_group_get_that_role(resources: Resources) -> None:
    (trust,) = resources["ScheduleRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": {"Ref": "AWS::AccountId"},
            "aws:SourceArn": {"Fn::GetAtt": ["ScheduleGroup", "Arn"]},
        }
    }


def test_the_migrator_knows_what_a_new_schedule_needs(resources: Resources) -> None:
    variables = resources["Migrator"]["Properties"]["Environment"]["Variables"]
    of_schedules = {name: value for name, value in variables.items() if name.startswith("SCHEDULE")}
    assert of_schedules == {
        "SCHEDULE_GROUP": {"Ref": "ScheduleGroup"},
        "SCHEDULE_ROLE_ARN": {"Fn::GetAtt": ["ScheduleRole", "Arn"]},
        "SCHEDULES_QUEUE_ARN": {"Fn::GetAtt": ["SchedulesQueue", "Arn"]},
        "SCHEDULES_DEAD_LETTER_QUEUE_ARN": {"Fn::GetAtt": ["SchedulesDeadLetterQueue", "Arn"]},
    }


def test_the_watchdog_sees_schedules_and_changes_none(resources: Resources) -> None:
    allowed = by_sid(resources, "WatchdogRole")["SeeSchedules"]
    assert (allowed["Action"], allowed["Resource"]) == ("scheduler:GetSchedule", OF_GROUP)
    variables = resources["Watchdog"]["Properties"]["Environment"]["Variables"]
    assert variables["SCHEDULE_GROUP"] == {"Ref": "ScheduleGroup"}


def test_whoever_manages_schedules_finds_what_that_takes_among_the_outputs(template: Template) -> None:
    outputs = {name: output["Value"] for name, output in template["Outputs"].items()}
    assert outputs["ScheduleGroupName"] == {"Ref": "ScheduleGroup"}
    assert outputs["ScheduleRoleArn"] == {"Fn::GetAtt": ["ScheduleRole", "Arn"]}
    assert outputs["SchedulesQueueArn"] == {"Fn::GetAtt": ["SchedulesQueue", "Arn"]}
    assert outputs["SchedulesDeadLetterQueueArn"] == {"Fn::GetAtt": ["SchedulesDeadLetterQueue", "Arn"]}

import json
from typing import Any

import pytest

from infra.local.stack.localise import ROOT

States = dict[str, dict[str, Any]]

SERVICE_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "States.Timeout",
}


@pytest.fixture(scope="module")
def machine(resources: States) -> dict[str, Any]:
    path = ROOT / resources["RunStateMachine"]["Properties"]["DefinitionUri"]
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def tasks(machine: dict[str, Any]) -> States:
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


def test_there_is_a_task_for_each_action_of_the_run_monitor(tasks: States) -> None:
    actions = {name: task["Arguments"]["Payload"]["action"] for name, task in tasks.items()}
    assert actions == {"CheckRun": "check", "SummariseRun": "summarise", "RecordFailure": "fail"}


def test_every_task_is_given_up_later_than_the_function_it_calls(tasks: States, resources: States) -> None:
    timeout = resources["RunMonitor"]["Properties"]["Timeout"]
    assert all(task["TimeoutSeconds"] > timeout for task in tasks.values())


def test_every_task_is_tried_again_when_lambda_or_the_database_is_away(tasks: States) -> None:
    for name, task in tasks.items():
        retried = {error for retry in task["Retry"] if retry.get("MaxAttempts") for error in retry["ErrorEquals"]}
        assert {*SERVICE_ERRORS, "States.TaskFailed"} <= retried, name
        assert all(retry["BackoffRate"] > 1 for retry in task["Retry"] if retry.get("MaxAttempts")), name


def test_whatever_a_task_raises_ends_in_a_recorded_failure(tasks: States) -> None:
    caught = {name: [(catch["ErrorEquals"], catch["Next"]) for catch in task["Catch"]] for name, task in tasks.items()}
    assert caught == {
        "CheckRun": [(["States.ALL"], "RecordFailure")],
        "SummariseRun": [(["States.ALL"], "RecordFailure")],
        "RecordFailure": [(["States.ALL"], "RunFailed")],
    }


def test_a_recorded_failure_still_fails_the_execution(machine: dict[str, Any]) -> None:
    assert machine["States"]["RecordFailure"]["Next"] == "RunFailed"
    assert machine["States"]["RunFailed"]["Type"] == "Fail"


def test_it_waits_as_long_as_the_monitor_says_and_checks_again(machine: dict[str, Any]) -> None:
    wait = machine["States"][machine["States"]["IsRunDone"]["Default"]]
    assert wait == {"Type": "Wait", "Seconds": "{% $states.input.wait_seconds %}", "Next": "CheckRun"}


def test_it_gives_up_only_after_the_longest_batch_timeout(machine: dict[str, Any], template: dict[str, Any]) -> None:
    longest = max(template["Parameters"]["CrawlBatchTimeout"]["AllowedValues"])
    assert machine["TimeoutSeconds"] > longest + 3600


def test_the_run_monitor_is_the_only_thing_it_calls(tasks: States, resources: States) -> None:
    properties = resources["RunStateMachine"]["Properties"]
    assert {task["Arguments"]["FunctionName"] for task in tasks.values()} == {"${RunMonitorArn}"}
    assert properties["DefinitionSubstitutions"] == {"RunMonitorArn": {"Fn::GetAtt": ["RunMonitor", "Arn"]}}
    assert {task["Resource"] for task in tasks.values()} == {"arn:aws:states:::lambda:invoke"}

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.stack.localise import ROOT
from tests.unit.template.test_template_permissions import by_sid

States = dict[str, dict[str, Any]]

SERVICE_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "States.Timeout",
}
INVOKE, PUBLISH = "arn:aws:states:::lambda:invoke", "arn:aws:states:::sns:publish"


@pytest.fixture(scope="module")
def machine(resources: States) -> dict[str, Any]:
    path = ROOT / resources["RunStateMachine"]["Properties"]["DefinitionUri"]
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def tasks(machine: dict[str, Any]) -> States:
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


@pytest.fixture(scope="module")
def monitor_tasks(tasks: States) -> States:
    return {name: task for name, task in tasks.items() if task["Resource"] == INVOKE}


def next_states(state: dict[str, Any]) -> set[str]:
    """Give where a state may lead to, by whatever way."""
    ways = [state, *state.get("Choices", ()), *state.get("Catch", ())]
    return {way["Next"] for way in ways if "Next" in way} | ({state["Default"]} if "Default" in state else set())


def paths(states: States, start: str, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give every way from a state to an end; a loop is gone round once."""
    here = (*before, start)
    if not next_states(states[start]):
        yield here
    for name in sorted(next_states(states[start]) - set(before)):
        yield from paths(states, name, here)


def test_there_is_a_task_for_each_action_of_the_run_monitor(monitor_tasks: States) -> None:
    actions = {name: task["Arguments"]["Payload"]["action"] for name, task in monitor_tasks.items()}
    assert actions == {"CheckRun": "check", "SummariseRun": "summarise", "RecordFailure": "fail"}


def test_every_task_has_a_time_limit_a_retry_that_slows_down_and_a_catch_of_everything(tasks: States) -> None:
    for name, task in tasks.items():
        assert task["TimeoutSeconds"] > 0, name
        retried = {error for retry in task["Retry"] if retry.get("MaxAttempts") for error in retry["ErrorEquals"]}
        assert {"States.TaskFailed", "States.Timeout"} <= retried, name
        assert all(retry["BackoffRate"] > 1 for retry in task["Retry"] if retry.get("MaxAttempts")), name
        assert [catch["ErrorEquals"] for catch in task["Catch"]] == [["States.ALL"]], name


def test_every_call_of_the_monitor_is_tried_again_when_lambda_is_away(monitor_tasks: States) -> None:
    for name, task in monitor_tasks.items():
        retried = {error for retry in task["Retry"] if retry.get("MaxAttempts") for error in retry["ErrorEquals"]}
        assert retried >= SERVICE_ERRORS, name


def test_every_task_is_given_up_later_than_the_function_it_calls(monitor_tasks: States, resources: States) -> None:
    timeout = resources["RunMonitor"]["Properties"]["Timeout"]
    assert all(task["TimeoutSeconds"] > timeout for task in monitor_tasks.values())


def test_a_choice_and_a_wait_cannot_fail_since_a_task_has_made_their_input(machine: dict[str, Any]) -> None:
    assert set(machine["States"]["CheckRun"]["Output"]) == {"done", "wait_seconds"}
    assert machine["States"]["CheckRun"]["Next"] == "IsRunDone"
    (choice,) = machine["States"]["IsRunDone"]["Choices"]
    assert choice["Condition"] == "{% $states.input.done %}"


def test_whatever_fails_is_recorded_told_and_fails_the_execution(machine: dict[str, Any], tasks: States) -> None:
    states = machine["States"]
    for name in set(tasks) - {"RecordFailure", "TellFailure"}:
        (caught,) = {catch["Next"] for catch in tasks[name]["Catch"]}
        assert {path[:2] for path in paths(states, caught)} == {("RecordFailure", "TellFailure")}, name
        assert {path[-1] for path in paths(states, caught)} == {"RunFailed"}, name
    assert states["RunFailed"]["Type"] == "Fail"


def test_an_execution_succeeds_only_through_the_summary(machine: dict[str, Any]) -> None:
    ends = {name for name, state in machine["States"].items() if state["Type"] == "Succeed"}
    succeeded = [path for path in paths(machine["States"], machine["StartAt"]) if path[-1] in ends]
    assert succeeded
    assert all(path[-2] == "SummariseRun" for path in succeeded)


def test_a_failure_is_told_though_it_could_not_be_recorded_and_names_run_and_remedy(tasks: States) -> None:
    assert {tasks["RecordFailure"]["Next"], tasks["RecordFailure"]["Catch"][0]["Next"]} == {"TellFailure"}
    told = tasks["TellFailure"]["Arguments"]
    for text in (told["Subject"], told["Message"], told["MessageAttributes"]["subject"]["StringValue"]):
        assert "$states.context.Execution.Input.run_id" in text
    assert "$cause" in told["Message"]
    assert "sunwi runs show" in told["Message"]
    longest_run_id = 64
    assert len(told["Subject"].split("'")[1]) + longest_run_id < 100


def test_it_waits_as_long_as_the_monitor_says_and_checks_again(machine: dict[str, Any]) -> None:
    wait = machine["States"][machine["States"]["IsRunDone"]["Default"]]
    assert wait == {"Type": "Wait", "Seconds": "{% $states.input.wait_seconds %}", "Next": "CheckRun"}


def test_it_gives_up_only_after_the_longest_batch_timeout(machine: dict[str, Any], template: dict[str, Any]) -> None:
    longest = max(template["Parameters"]["CrawlBatchTimeout"]["AllowedValues"])
    assert machine["TimeoutSeconds"] > longest + 3600


def test_it_calls_the_run_monitor_and_the_alarm_topic_and_nothing_else(tasks: States, resources: States) -> None:
    properties = resources["RunStateMachine"]["Properties"]
    called = {(task["Resource"], task["Arguments"].get("FunctionName")) for task in tasks.values()}
    assert called == {(INVOKE, "${RunMonitorArn}"), (PUBLISH, None)}
    assert properties["DefinitionSubstitutions"] == {
        "RunMonitorArn": {"Fn::GetAtt": ["RunMonitor", "Arn"]},
        "AlarmTopicArn": {"Ref": "AlarmTopic"},
    }
    statements = by_sid(resources, "RunStateMachineRole")
    assert statements["TellFailure"]["Resource"] == {"Ref": "AlarmTopic"}
    assert set(statements) == {"AskRunMonitor", "TellFailure", "DeliverLogs"}

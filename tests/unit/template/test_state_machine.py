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
}

#: Which function takes which step.
CALLS = {
    "CheckRun": "RunMonitor",
    "CheckCanary": "Canary",
    "ReleaseRun": "Dispatcher",
    "SendRest": "Dispatcher",
    "SummariseRun": "RunMonitor",
    "RecordFailure": "RunMonitor",
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
def calls(tasks: States) -> States:
    return {name: task for name, task in tasks.items() if task["Resource"] == INVOKE}


def next_states(state: dict[str, Any]) -> set[str]:
    """Return where a state may lead to, by whatever way."""
    ways = [state, *state.get("Choices", ()), *state.get("Catch", ())]
    return {way["Next"] for way in ways if "Next" in way} | ({state["Default"]} if "Default" in state else set())


def paths(states: States, start: str, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return every way from a state to an end; a loop is gone round once."""
    here = (*before, start)
    if not next_states(states[start]):
        yield here
    for name in sorted(next_states(states[start]) - set(before)):
        yield from paths(states, name, here)


def test_there_is_a_task_for_each_action(calls: States) -> None:
    actions = {name: task["Arguments"]["Payload"].get("action") for name, task in calls.items()}
    assert actions == {
        "CheckRun": "check",
        "CheckCanary": None,
        "ReleaseRun": "RELEASE",
        "SendRest": "RELEASE",
        "SummariseRun": "summarise",
        "RecordFailure": "fail",
    }


def test_every_task_has_a_time_limit_a_retry_that_slows_down_and_a_catch_of_everything(tasks: States) -> None:
    for name, task in tasks.items():
        assert task["TimeoutSeconds"] > 0, name
        retried = {error for retry in task["Retry"] if retry.get("MaxAttempts") for error in retry["ErrorEquals"]}
        assert "States.TaskFailed" in retried, name
        assert ("States.Timeout" in retried) is (name != "CheckCanary"), name
        assert all(retry["BackoffRate"] > 1 for retry in task["Retry"] if retry.get("MaxAttempts")), name
        assert [catch["ErrorEquals"] for catch in task["Catch"]] == [["States.ALL"]], name


def test_every_call_of_a_function_is_tried_again_when_lambda_is_away(calls: States) -> None:
    for name, task in calls.items():
        retried = {error for retry in task["Retry"] if retry.get("MaxAttempts") for error in retry["ErrorEquals"]}
        assert retried >= SERVICE_ERRORS, name


def test_every_task_is_given_up_later_than_the_function_it_calls(calls: States, resources: States) -> None:
    for name, task in calls.items():
        assert task["TimeoutSeconds"] > resources[CALLS[name]]["Properties"]["Timeout"], name


def test_a_choice_and_a_wait_cannot_fail_since_a_task_has_made_their_input(machine: dict[str, Any]) -> None:
    assert set(machine["States"]["CheckRun"]["Output"]) == {"done", "held", "unsent", "canary_number", "wait_seconds"}
    assert machine["States"]["CheckRun"]["Next"] == "IsRunDone"
    choices = machine["States"]["IsRunDone"]["Choices"]
    asked = ["done", "held", "unsent"]
    assert [choice["Condition"] for choice in choices] == [f"{{% $states.input.{name} %}}" for name in asked]


def test_whatever_fails_is_recorded_told_and_fails_the_execution(machine: dict[str, Any], tasks: States) -> None:
    states = machine["States"]
    assert states["CheckCanary"]["Catch"][0]["Next"] == "ReleaseRun", "a canary that fails does not fail the run"
    (catch,) = tasks["SendRest"]["Catch"]
    again = states[catch["Next"]]
    assert (again["Type"], again["Next"]) == ("Wait", "CheckRun"), "what cannot be sent does not fail the run"
    for name in set(tasks) - {"CheckCanary", "SendRest", "RecordFailure", "TellFailure"}:
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
    assert "${EnvironmentName}" in told["Subject"]
    assert told["Subject"].startswith("{% $substring("), "SNS takes fewer than 100 characters"
    assert told["Subject"].endswith(", 0, 99) %}")


def test_it_waits_as_long_as_the_monitor_says_and_checks_again(machine: dict[str, Any]) -> None:
    wait = machine["States"][machine["States"]["IsRunDone"]["Default"]]
    assert wait == {"Type": "Wait", "Seconds": "{% $states.input.wait_seconds %}", "Next": "CheckRun"}


def test_a_held_run_waits_for_another_check_and_is_released_or_waits_again(machine: dict[str, Any]) -> None:
    states = machine["States"]
    is_held = {"Condition": "{% $states.input.held %}", "Next": "HoldRun"}
    assert states["IsRunDone"]["Choices"].index(is_held) == 1, "a run that is done is summarised though it is held"
    assert states["HoldRun"] == {
        "Comment": states["HoldRun"]["Comment"],
        "Type": "Wait",
        "Seconds": "{% $states.input.wait_seconds %}",
        "Next": "CheckCanary",
    }
    assert (states["CheckCanary"]["Next"], states["ReleaseRun"]["Next"]) == ("ReleaseRun", "CheckRun")


def test_what_was_never_sent_is_sent_as_soon_as_a_check_finds_it_and_checked_again(
    machine: dict[str, Any], tasks: States
) -> None:
    unsent = {"Condition": "{% $states.input.unsent %}", "Next": "SendRest"}
    assert machine["States"]["IsRunDone"]["Choices"][-1] == unsent, "neither of a run that is done nor of a held one"
    assert tasks["SendRest"]["Next"] == "CheckRun"
    assert tasks["SendRest"]["Arguments"]["Payload"] == {
        **tasks["ReleaseRun"]["Arguments"]["Payload"],
        "canary_failed": False,
    }


def test_a_canary_that_cannot_be_read_is_told_to_the_dispatcher(tasks: States) -> None:
    (catch,) = tasks["CheckCanary"]["Catch"]
    assert (tasks["CheckCanary"]["Assign"], catch["Assign"]) == ({"canary_failed": False}, {"canary_failed": True})
    assert tasks["ReleaseRun"]["Arguments"]["Payload"]["canary_failed"] == "{% $canary_failed %}"


def test_it_gives_up_only_after_the_longest_batch_timeout(machine: dict[str, Any], template: dict[str, Any]) -> None:
    longest = max(template["Parameters"]["CrawlBatchTimeout"]["AllowedValues"])
    assert machine["TimeoutSeconds"] > longest + 3600


def test_each_task_calls_its_function_or_the_alarm_topic_and_the_role_may_call_no_other(
    tasks: States, calls: States, resources: States
) -> None:
    called = {name: task["Arguments"]["FunctionName"] for name, task in calls.items()}
    assert called == {name: f"${{{function}Arn}}" for name, function in CALLS.items()}
    assert {name for name, task in tasks.items() if task["Resource"] == PUBLISH} == set(tasks) - set(calls)
    arns = {function: {"Fn::GetAtt": [function, "Arn"]} for function in CALLS.values()}
    topic = {"Ref": "AlarmTopic"}
    substitutions = resources["RunStateMachine"]["Properties"]["DefinitionSubstitutions"]
    assert substitutions == {f"{name}Arn": arn for name, arn in arns.items()} | {
        "AlarmTopicArn": topic,
        "EnvironmentName": {"Ref": "EnvironmentName"},
    }
    statements = by_sid(resources, "RunStateMachineRole")
    assert set(statements) == {"TakeSteps", "TellFailure", "DeliverLogs"}
    steps = statements["TakeSteps"]
    assert (steps["Action"], steps["Resource"]) == ("lambda:InvokeFunction", list(arns.values()))
    assert statements["TellFailure"]["Resource"] == topic

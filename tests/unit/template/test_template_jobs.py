"""What runs attempts of jobs, and what looks after them."""

import json
import re
from typing import Any

import pytest

from infra.local.stack.localise import ROOT
from sunwi.domain.work import LONGEST_ATTEMPT_SECONDS, Place
from sunwi.domain.worker_pool import MOST_WORKERS
from tests.unit.template.test_template_permissions import as_list, by_sid

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

#: The function of each place.
WORKERS = {Place.BROWSER: "Worker", Place.CORE: "WorkerCore"}
#: What a worker's role has besides its logs, its database and its files.
MORE = {
    "Worker": {"ReadPages"},
    "WorkerCore": {
        "KeepArchive",
        "SeeWhatIsArchived",
        "KeepBackups",
        "NudgeTender",
        "SendTrackings",
        "WatchRun",
        "SeeWhetherRunIsWatched",
    },
}
#: Queues of the crawl.
LANES = ("Crawl", "Express")
PLACE = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"


@pytest.fixture(scope="module")
def machine(resources: Resources) -> dict[str, Any]:
    path = ROOT / resources["JobStateMachine"]["Properties"]["DefinitionUri"]
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def run(machine: dict[str, Any]) -> dict[str, Any]:
    return dict(machine["States"]["Run"])


@pytest.fixture(scope="module")
def tend(machine: dict[str, Any]) -> dict[str, Any]:
    return dict(machine["States"]["Tend"])


def longest_wait(retry: dict[str, Any]) -> float:
    """Add up what a retrier waits at most."""
    steps = (retry["IntervalSeconds"] * retry["BackoffRate"] ** number for number in range(retry["MaxAttempts"]))
    return float(sum(min(step, retry["MaxDelaySeconds"]) for step in steps))


def test_both_workers_run_one_handler_in_their_own_image_and_know_their_place(functions: Resources) -> None:
    for place, name in WORKERS.items():
        properties = functions[name]["Properties"]
        assert properties["ImageConfig"]["Command"] == ["worker.handler.handler"]
        assert properties["Environment"]["Variables"]["WORKER_PLACE"] == place.value
        assert functions[name]["Metadata"]["DockerBuildTarget"] == {"Worker": "crawler", "WorkerCore": "core"}[name]


def test_an_attempt_has_time_to_be_ended_before_its_function_is(functions: Resources, run: dict[str, Any]) -> None:
    for name in WORKERS.values():
        timeout = functions[name]["Properties"]["Timeout"]
        assert LONGEST_ATTEMPT_SECONDS < timeout == 900
        assert timeout < run["TimeoutSeconds"]


def test_workers_have_no_concurrency_of_their_own_since_admission_is_their_bound(functions: Resources) -> None:
    for name in WORKERS.values():
        assert "ReservedConcurrentExecutions" not in functions[name]["Properties"]
    assert functions["Tender"]["Properties"]["ReservedConcurrentExecutions"] == 3 < MOST_WORKERS


def test_the_place_of_the_input_chooses_the_worker(run: dict[str, Any], resources: Resources) -> None:
    chooses = "{% $states.input.place = 'browser' ? '${WorkerArn}' : '${WorkerCoreArn}' %}"
    assert run["Arguments"]["FunctionName"] == chooses
    assert set(run["Arguments"]["Payload"]) == {"job_id", "generation"}
    assert resources["JobStateMachine"]["Properties"]["DefinitionSubstitutions"] == {
        f"{name}Arn": {"Fn::GetAtt": [name, "Arn"]} for name in (*WORKERS.values(), "Tender")
    }


def test_only_what_keeps_a_worker_from_starting_is_tried_again_for_five_minutes_at_most(run: dict[str, Any]) -> None:
    (retry,) = run["Retry"]
    assert set(retry["ErrorEquals"]) == {
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
    }
    assert 120 < longest_wait(retry) <= 300


def test_every_end_of_a_worker_is_told_to_the_tender_with_the_attempt_it_is_of(run: dict[str, Any]) -> None:
    (catch,) = run["Catch"]
    assert (run["Next"], catch["Next"], catch["ErrorEquals"]) == ("Tend", "Tend", ["States.ALL"])
    assert (run["Output"]["action"], catch["Output"]["action"]) == ("ended", "crashed")
    for told in (run["Output"], catch["Output"]):
        for name in ("job_id", "generation"):
            assert told[name] == f"{{% $states.context.Execution.Input.{name} %}}"


def test_of_an_error_only_its_names_are_told(run: dict[str, Any]) -> None:
    told = run["Catch"][0]["Output"]
    assert set(told) == {"action", "job_id", "generation", "error", "error_type"}
    assert told["error"] == "{% $states.errorOutput.Error %}"
    pattern = re.search(r"/(\"errorType\".*?)/\)", told["error_type"])
    assert pattern is not None
    cause = json.dumps({"errorMessage": "a name", "errorType": "AttemptTaken", "requestId": "1"})
    found = re.search(pattern.group(1), cause)
    assert found is not None
    assert found.group(1) == "AttemptTaken"
    assert re.search(pattern.group(1), "The cause could not be determined") is None


def test_whatever_becomes_of_the_tender_the_execution_succeeds(machine: dict[str, Any], tend: dict[str, Any]) -> None:
    (catch,) = tend["Catch"]
    assert (tend["Next"], catch["Next"], catch["ErrorEquals"]) == ("Done", "Done", ["States.ALL"])
    assert machine["States"]["Done"] == {"Type": "Succeed"}
    assert set(machine["States"]) == {"Run", "Tend", "Done"}


def test_the_tender_is_tried_again_for_two_minutes_at_most_and_not_when_it_ran_out_of_time(
    tend: dict[str, Any], functions: Resources
) -> None:
    assert functions["Tender"]["Properties"]["Timeout"] < tend["TimeoutSeconds"] == 90
    never, again = tend["Retry"]
    assert never == {"ErrorEquals": ["InvalidInput", "ConfigurationError"], "MaxAttempts": 0}
    assert again["ErrorEquals"] == ["States.TaskFailed"], "all but a timeout"
    assert 60 < longest_wait(again) <= 120


def test_an_execution_is_given_up_after_everything_that_it_may_wait_for(
    machine: dict[str, Any], run: dict[str, Any], tend: dict[str, Any]
) -> None:
    waits = longest_wait(run["Retry"][0]) + longest_wait(tend["Retry"][1])
    assert run["TimeoutSeconds"] + 2 * tend["TimeoutSeconds"] + waits < machine["TimeoutSeconds"] <= 3600


def test_nothing_of_a_job_but_its_name_enters_a_history(run: dict[str, Any], tend: dict[str, Any]) -> None:
    assert run["Arguments"]["Payload"] == {
        "job_id": "{% $states.input.job_id %}",
        "generation": "{% $states.input.generation %}",
    }
    assert set(run["Output"]) == {"action", "job_id", "generation", "outcome"}
    assert (tend["Output"], tend["Catch"][0]["Output"]) == ({}, {})


def test_the_state_machine_calls_workers_and_tender_and_no_other(resources: Resources) -> None:
    statements = by_sid(resources, "JobStateMachineRole")
    assert set(statements) == {"RunAttemptsAndTellTender", "DeliverLogs"}
    called = statements["RunAttemptsAndTellTender"]
    assert (called["Action"], called["Resource"]) == (
        "lambda:InvokeFunction",
        [{"Fn::GetAtt": [name, "Arn"]} for name in (*WORKERS.values(), "Tender")],
    )


@pytest.mark.parametrize("name", WORKERS.values())
def test_a_worker_may_do_what_its_kinds_need_and_no_more(resources: Resources, name: str) -> None:
    common = {"WriteOwnLogs", "ReadDatabaseSecret", "KeepFiles", "TellWatchers"}
    assert set(by_sid(resources, f"{name}Role")) == common | MORE[name]


def test_what_opens_foreign_pages_starts_nothing_sends_nothing_and_tells_open_pages_alone(resources: Resources) -> None:
    actions = {
        action for statement in by_sid(resources, "WorkerRole").values() for action in as_list(statement["Action"])
    }
    assert {action.partition(":")[0] for action in actions} == {"logs", "secretsmanager", "s3", "execute-api"}


def test_what_has_no_browser_nudges_the_tender_and_starts_runs(resources: Resources) -> None:
    allowed = by_sid(resources, "WorkerCoreRole")
    assert (allowed["NudgeTender"]["Action"], allowed["NudgeTender"]["Resource"]) == (
        "lambda:InvokeFunction",
        {"Fn::GetAtt": ["Tender", "Arn"]},
    )
    assert allowed["WatchRun"]["Resource"] == {"Ref": "RunStateMachine"}
    assert allowed["SendTrackings"]["Resource"] == [{"Fn::GetAtt": [f"{name}Queue", "Arn"]} for name in LANES]


def test_the_tender_starts_and_asks_after_executions_of_jobs_alone(resources: Resources) -> None:
    assert resources["JobStateMachine"]["Properties"]["Name"] == {"Fn::Sub": "${AWS::StackName}-job"}
    machine = {"Fn::Sub": f"{PLACE}:stateMachine:${{AWS::StackName}}-job"}
    allowed = by_sid(resources, "TenderRole")
    assert allowed["StartAttempts"]["Resource"] == machine
    assert allowed["SeeWhatBecameOfAttempts"]["Resource"] == {"Fn::Sub": f"{PLACE}:execution:${{AWS::StackName}}-job:*"}
    assert resources["Tender"]["Properties"]["Environment"]["Variables"]["JOB_STATE_MACHINE_ARN"] == machine
    assert set(allowed) == {
        "WriteOwnLogs",
        "ReadDatabaseSecret",
        "StartAttempts",
        "SeeWhatBecameOfAttempts",
        "TakeSchedules",
        "QueueNotices",
        "RaiseAlarms",
        "TellWatchers",
    }


def test_the_tender_is_woken_each_minute_and_a_lost_minute_is_the_next_ones(resources: Resources) -> None:
    rule = resources["TenderSchedule"]["Properties"]
    (target,) = rule["Targets"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert target["Arn"] == {"Fn::GetAtt": ["Tender", "Arn"]}
    once = {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
    assert (target["RetryPolicy"], resources["Tender"]["Properties"]["EventInvokeConfig"]) == (once, once)
    permission = resources["TenderSchedulePermission"]["Properties"]
    assert permission["SourceArn"] == {"Fn::GetAtt": ["TenderSchedule", "Arn"]}
    assert permission["FunctionName"] == {"Ref": "Tender"}


def test_what_schedules_submit_outlives_an_outage_of_hours(queues: Resources, functions: Resources) -> None:
    queue, tender = queues["SchedulesQueue"]["Properties"], functions["Tender"]["Properties"]
    assert queue["VisibilityTimeout"] == 6 * tender["Timeout"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["SchedulesDeadLetterQueue", "Arn"]},
        "maxReceiveCount": 50,
    }
    taken = queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]
    assert 4 * 3600 < taken < queue["MessageRetentionPeriod"]


def test_schedules_are_taken_one_at_a_time_and_leave_the_tender_one_of_its_three(functions: Resources) -> None:
    (event,) = functions["Tender"]["Properties"]["Events"].values()
    properties = event["Properties"]
    assert (properties["Queue"], properties["BatchSize"]) == ({"Fn::GetAtt": ["SchedulesQueue", "Arn"]}, 1)
    pollers = properties["ScalingConfig"]["MaximumConcurrency"]
    assert 2 <= pollers < functions["Tender"]["Properties"]["ReservedConcurrentExecutions"]

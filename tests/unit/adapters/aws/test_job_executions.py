from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from sunwi.adapters.aws.job_executions import StepFunctionsJobExecutions
from sunwi.domain.job import JobKey
from sunwi.domain.work import Place
from sunwi.errors import Retryable
from sunwi.service.ports.job_engine import Execution, ExecutionStatus

MACHINE = "arn:aws:states:ap-northeast-2:000000000000:stateMachine:sunwi-job"
EXECUTION = "arn:aws:states:ap-northeast-2:000000000000:execution:sunwi-job:0199-2"
KEY = JobKey("0199", 2)
STARTED = {
    "stateMachineArn": MACHINE,
    "name": "0199-2",
    "input": '{"job_id": "0199", "generation": 2, "place": "core"}',
}
DESCRIBED = {
    "executionArn": EXECUTION,
    "stateMachineArn": MACHINE,
    "startDate": "2026-01-02T00:00:00Z",
}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return boto3.client("stepfunctions", region_name="ap-northeast-2")


def executions(client: Any) -> StepFunctionsJobExecutions:
    return StepFunctionsJobExecutions(client, MACHINE)


def test_an_execution_is_named_after_job_and_generation_and_told_the_place(client: Any) -> None:
    with Stubber(client) as stub:
        answer = {"executionArn": EXECUTION, "startDate": "2026-01-02T00:00:00Z"}
        stub.add_response("start_execution", answer, STARTED)
        executions(client).start(KEY, Place.CORE)
        stub.assert_no_pending_responses()


def test_an_attempt_that_was_started_already_is_started(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("start_execution", "ExecutionAlreadyExists", expected_params=STARTED)
        executions(client).start(KEY, Place.CORE)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ExecutionLimitExceeded", "ThrottlingException", "StateMachineDoesNotExist"])
def test_what_cannot_be_started_now_is_worth_another_try(client: Any, code: str) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("start_execution", code)
        with pytest.raises(Retryable, match="no execution could be started for attempt 2 of job 0199") as raised:
            executions(client).start(KEY, Place.CORE)
    assert raised.value.code == "job_not_started"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": "RUNNING"}, Execution(ExecutionStatus.RUNNING)),
        ({"status": "SUCCEEDED"}, Execution(ExecutionStatus.SUCCEEDED)),
        ({"status": "ABORTED"}, Execution(ExecutionStatus.ABORTED)),
        ({"status": "TIMED_OUT"}, Execution(ExecutionStatus.TIMED_OUT)),
        (
            {"status": "FAILED", "error": "States.Runtime", "cause": "secret"},
            Execution(ExecutionStatus.FAILED, "States.Runtime"),
        ),
    ],
)
def test_an_execution_is_described_by_status_and_name_of_its_error(
    client: Any, answer: dict[str, str], expected: Execution
) -> None:
    with Stubber(client) as stub:
        stub.add_response("describe_execution", {**DESCRIBED, **answer}, {"executionArn": EXECUTION})
        assert executions(client).describe(KEY) == expected


def test_an_execution_that_was_never_started_is_missing(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
        assert executions(client).describe(KEY) == Execution(ExecutionStatus.MISSING)


def test_an_execution_that_cannot_be_looked_at_is_not_called_missing(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ThrottlingException")
        with pytest.raises(Retryable, match="the execution 0199-2 cannot be looked at"):
            executions(client).describe(KEY)

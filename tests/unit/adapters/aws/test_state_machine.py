from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from sunwi.adapters.aws.state_machine import StepFunctionsStateMachine
from sunwi.errors import Retryable
from tests.examples import new_run

ARN = "arn:aws:states:ap-northeast-2:000000000000:stateMachine:watch-run"


class ExecutionAlreadyExists(ClientError):
    """The error that the service's client carries under this name."""


class ExecutionDoesNotExist(ClientError):
    """The error that the service's client carries under this name."""


EXCEPTIONS = SimpleNamespace(ExecutionAlreadyExists=ExecutionAlreadyExists, ExecutionDoesNotExist=ExecutionDoesNotExist)


@dataclass
class FakeStepFunctions:
    """Executions by name and status; a closed name is used up, a running one with equal input is not."""

    statuses: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None
    started: list[dict[str, str]] = field(default_factory=list)
    exceptions: Any = field(default_factory=lambda: EXCEPTIONS)

    def start_execution(self, **call: str) -> None:
        if self.error:
            raise self.error
        if call["name"] in self.statuses:
            raise ExecutionAlreadyExists({"Error": {"Code": "ExecutionAlreadyExists"}}, "StartExecution")
        self.started.append(call)

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803 - boto3's own name
        prefix, _, name = executionArn.rpartition(":")
        assert prefix == ARN.replace("stateMachine", "execution")
        if self.error:
            raise self.error
        if name not in self.statuses:
            raise ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution")
        return {"status": self.statuses[name]}


def machine(client: FakeStepFunctions) -> StepFunctionsStateMachine:
    return StepFunctionsStateMachine(cast("Any", client), ARN)


def test_an_execution_is_named_after_run_and_generation_and_knows_only_the_run() -> None:
    client = FakeStepFunctions()
    assert machine(client).start(new_run().of_generation(2))
    assert client.started == [
        {"stateMachineArn": ARN, "name": "scheduled-20260102-2", "input": '{"run_id": "scheduled-20260102"}'}
    ]


@pytest.mark.parametrize(
    ("status", "watches"),
    [("RUNNING", True), ("SUCCEEDED", False), ("FAILED", False), ("TIMED_OUT", False), ("ABORTED", False)],
)
def test_a_used_name_is_good_exactly_as_long_as_it_runs(*, status: str, watches: bool) -> None:
    client = FakeStepFunctions(statuses={"scheduled-20260102-0": status})
    assert machine(client).start(new_run()) is watches


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://states"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "StartExecution"),
    ],
)
def test_an_unreachable_service_is_worth_another_try(error: Exception) -> None:
    with pytest.raises(Retryable, match="no execution could be started for run scheduled-20260102"):
        machine(FakeStepFunctions(error=error)).start(new_run())


@pytest.mark.parametrize(
    ("statuses", "is_running"),
    [({"scheduled-20260102-0": "RUNNING"}, True), ({"scheduled-20260102-0": "ABORTED"}, False), ({}, False)],
)
def test_an_execution_runs_that_was_started_and_has_not_ended(*, statuses: dict[str, str], is_running: bool) -> None:
    assert machine(FakeStepFunctions(statuses=statuses)).is_running(new_run()) is is_running


def test_an_execution_that_cannot_be_looked_at_is_not_called_dead() -> None:
    with pytest.raises(Retryable, match="the execution scheduled-20260102-0 cannot be looked at"):
        machine(FakeStepFunctions(error=ReadTimeoutError(endpoint_url="https://states"))).is_running(new_run())

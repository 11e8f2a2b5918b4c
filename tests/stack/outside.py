"""What an agency's own tools see of a stack, and what an operator may do to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from infra.local.stack import LocalStack, wait_for
from tests.stack.daily_run import DailyRun


class Deployed(Protocol):
    """Whatever knows the stack that it is deployed on."""

    @property
    def stack(self) -> LocalStack: ...


class AlarmQueue:
    """A queue that has subscribed to the alarms, as an agency's own tools would."""

    def __init__(self, daily: DailyRun, name: str) -> None:
        self._sqs = daily.stack.client("sqs")
        self._url = self._sqs.create_queue(QueueName=f"{name}-alarms")["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = answer["Attributes"]["QueueArn"]
        sends = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**sends, "Resource": arn}]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        daily.stack.client("sns").subscribe(TopicArn=daily.outputs.alarm_topic_arn, Protocol="sqs", Endpoint=arn)

    def raised(self) -> list[dict[str, Any]]:
        """Return the alarms that came since the last time."""
        alarms = []
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                alarms.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return alarms


def executions(daily: DailyRun) -> list[tuple[str, str]]:
    """Return name and status of the state machine's executions, by name."""
    answer = daily.stack.client("stepfunctions").list_executions(stateMachineArn=daily.outputs.state_machine_arn)
    return sorted((execution["name"], execution["status"]) for execution in answer["executions"])


def stop_execution(daily: DailyRun) -> None:
    """Kill the one execution that is running, once it is."""
    states = daily.stack.client("stepfunctions")

    def running() -> list[str]:
        answer = states.list_executions(stateMachineArn=daily.outputs.state_machine_arn, statusFilter="RUNNING")
        return [execution["executionArn"] for execution in answer["executions"]]

    (arn,) = wait_for("execution", running)
    states.stop_execution(executionArn=arn)


def give_up_soon(daily: DailyRun) -> None:
    """Let the state machine try everything once more only, so that a test sees it give up."""
    states, arn = daily.stack.client("stepfunctions"), daily.outputs.state_machine_arn
    definition = json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])
    for state in definition["States"].values():
        for retry in state.get("Retry", ()):
            retry["MaxAttempts"] = min(1, retry["MaxAttempts"])
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps(definition))


@contextmanager
def misconfigured(daily: Deployed, function_name: str, **variables: str) -> Iterator[None]:
    """Set wrong variables of a function for as long as the block lasts."""
    functions = daily.stack.client("lambda")
    right = functions.get_function_configuration(FunctionName=function_name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=function_name, Environment={"Variables": {**right, **variables}}
    )
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=function_name, Environment={"Variables": right})


@contextmanager
def wrong_code(daily: DailyRun, function_name: str) -> Iterator[None]:
    """Run a function by a handler that is not there, as after a bad deployment, for as long as the block lasts."""
    functions = daily.stack.client("lambda")
    right = functions.get_function_configuration(FunctionName=function_name)["Handler"]
    functions.update_function_configuration(FunctionName=function_name, Handler="run_monitor.gone.handler")
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=function_name, Handler=right)

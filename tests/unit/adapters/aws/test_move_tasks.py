from datetime import UTC, datetime
from typing import Any

import pytest

from sunwi.adapters.aws.move_tasks import cancel_move, last_move, start_move
from sunwi.errors import Retryable
from sunwi.service.ports.dead_letters import MoveStatus
from tests.unit.adapters.conftest import StubbedClient

ARN = "arn:aws:sqs:ap-northeast-2:000000000000:sunwi-crawl-dead-letters"
START = {"SourceArn": ARN, "MaxNumberOfMessagesPerSecond": 5}
LIST = {"SourceArn": ARN, "MaxResults": 1}
ALREADY = "There is already a task running."


def task(status: str, **more: Any) -> dict[str, Any]:
    return {
        "Status": status,
        "SourceArn": ARN,
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 9,
        "StartedTimestamp": 1_767_283_200_000,
        **more,
    }


def answer(stubbed_sqs: StubbedClient, *tasks: dict[str, Any]) -> None:
    stubbed_sqs.stub.add_response("list_message_move_tasks", {"Results": list(tasks)}, LIST)


def refuse(stubbed_sqs: StubbedClient, call: str, code: str, message: str = "no", status: int = 400) -> None:
    stubbed_sqs.stub.add_client_error(call, service_error_code=code, service_message=message, http_status_code=status)


@pytest.mark.parametrize("before", [[], [task("COMPLETED")], [task("CANCELLED")], [task("FAILED")]])
def test_a_move_is_started_at_the_rate_that_was_asked_for(
    stubbed_sqs: StubbedClient, before: list[dict[str, Any]]
) -> None:
    answer(stubbed_sqs, *before)
    stubbed_sqs.stub.add_response("start_message_move_task", {"TaskHandle": "handle"}, START)
    assert start_move(stubbed_sqs.client, ARN, per_second=5)


@pytest.mark.parametrize("status", ["RUNNING", "CANCELLING", "CREATED", "SOMETHING_NEW"])
def test_a_move_under_way_is_named_with_how_far_it_is(stubbed_sqs: StubbedClient, status: str) -> None:
    answer(stubbed_sqs, task(status))
    with pytest.raises(
        Retryable, match=r"sunwi-crawl-dead-letters is under way already \(.*2 of 9 moved.*one at a time$"
    ):
        start_move(stubbed_sqs.client, ARN, per_second=5)


def test_a_move_that_somebody_starts_at_the_same_moment_is_named_too(stubbed_sqs: StubbedClient) -> None:
    answer(stubbed_sqs)
    refuse(stubbed_sqs, "start_message_move_task", "InvalidParameterValue", ALREADY)
    answer(stubbed_sqs, {"Status": "RUNNING", "SourceArn": ARN, "StartedTimestamp": 1_767_283_200_000})
    with pytest.raises(Retryable, match=r"under way already \(RUNNING, 0 of \? moved"):
        start_move(stubbed_sqs.client, ARN, per_second=5)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InvalidAction", 400),
        ("AWS.SimpleQueueService.UnsupportedOperation", 400),
        ("UnknownOperationException", 404),
        ("InternalFailure", 501),
    ],
)
def test_a_service_that_does_not_know_the_call_is_no_error(stubbed_sqs: StubbedClient, code: str, status: int) -> None:
    for call in ("list_message_move_tasks", "start_message_move_task", "list_message_move_tasks"):
        refuse(stubbed_sqs, call, code, status=status)
    assert start_move(stubbed_sqs.client, ARN, per_second=5) is False


@pytest.mark.parametrize("code", ["AccessDenied", "RequestThrottled", "InvalidParameterValue"])
def test_a_start_that_is_refused_says_why(stubbed_sqs: StubbedClient, code: str) -> None:
    answer(stubbed_sqs)
    refuse(stubbed_sqs, "start_message_move_task", code, "not like this")
    answer(stubbed_sqs)
    with pytest.raises(Retryable, match=f"no redrive of {ARN} could be started: .*{code}.*not like this"):
        start_move(stubbed_sqs.client, ARN, per_second=5)


def test_the_latest_move_is_read_with_its_times_and_counts(stubbed_sqs: StubbedClient) -> None:
    answer(stubbed_sqs, task("FAILED", FailureReason="CouldNotDetermineMessageSource"))
    move = last_move(stubbed_sqs.client, ARN)
    assert move is not None
    assert (move.status, move.handle, move.moved, move.to_move) == (MoveStatus.FAILED, None, 2, 9)
    assert move.started_at == datetime(2026, 1, 1, 16, 0, tzinfo=UTC)
    assert move.failure == "CouldNotDetermineMessageSource"


def test_a_question_that_is_refused_says_why(stubbed_sqs: StubbedClient) -> None:
    refuse(stubbed_sqs, "list_message_move_tasks", "AccessDenied", "not you")
    with pytest.raises(Retryable, match=r"cannot be asked for: .*not you"):
        last_move(stubbed_sqs.client, ARN)


def test_a_move_is_cancelled_by_its_handle_or_has_ended(stubbed_sqs: StubbedClient) -> None:
    stubbed_sqs.stub.add_response(
        "cancel_message_move_task", {"ApproximateNumberOfMessagesMoved": 3}, {"TaskHandle": "h"}
    )
    cancel_move(stubbed_sqs.client, "h")
    refuse(stubbed_sqs, "cancel_message_move_task", "UnsupportedOperation", "not running")
    with pytest.raises(Retryable, match=r"may have ended by now: .*not running"):
        cancel_move(stubbed_sqs.client, "h")

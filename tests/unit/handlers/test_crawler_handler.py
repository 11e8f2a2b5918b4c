import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from crawler.handler import handler
from sunwi.adapters.aws.records import receipt_of_record
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.failure import failure_of
from sunwi.domain.reading import ServedPage
from sunwi.domain.run import TaskState
from sunwi.domain.task import message_body, parse_message
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import LayoutUnknown
from sunwi.sites.naver.site import Lane
from sunwi.testing import CannedPageLoader, InMemoryCrawlQueue, ManualClock
from tests.examples import CRAWL_QUEUE_ARN, NIGHT, new_run, place_tracking, recognised, served_page
from tests.parts import replace_parts

RUN = "scheduled-20260102"


def record(message_id: str, body: str) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": f"handle-{message_id}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(NIGHT.timestamp() * 1000))},
        "eventSource": "aws:sqs",
        "eventSourceARN": CRAWL_QUEUE_ARN,
    }


class LittleUsed:
    """A life in which nothing has been used up."""

    def measure(self, *, import_started: float, import_ended: float) -> dict[str, float]:
        return {"PagesOpened": 2, "ImportSeconds": import_ended - import_started}


@pytest.fixture
def crawler(container: CommandContainer, monkeypatch: pytest.MonkeyPatch) -> CommandContainer:
    """A run of two trackings on a page that shows the first."""

    def serve(_key: PageKey) -> ServedPage:
        return served_page()

    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", lambda *_: recognised("101"))
    replace_parts(container, environment_usage=LittleUsed())
    replace_parts(container, loader=CannedPageLoader(ManualClock(NIGHT), serve))
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(101), place_tracking(102)], at=NIGHT)
        tx.runs.add(new_run(), None)
    return container


def states(container: CommandContainer) -> dict[TaskState, int]:
    with container.adapters.store.read() as tx:
        return dict(tx.tasks.count_states(RUN))


def test_a_good_message_is_acknowledged_and_a_poisoned_one_is_not(crawler: CommandContainer) -> None:
    event = {"Records": [record("good", message_body(RUN, 1)), record("poison", '{"run_id": ')]}
    assert handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert states(crawler) == {TaskState.SUCCEEDED: 1, TaskState.QUEUED: 1}


def test_a_batch_of_which_everything_fails_is_answered_and_not_raised(crawler: CommandContainer) -> None:
    event = {"Records": [record("poison", "no json")]}
    assert handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    queue = crawler.adapters.queue
    assert isinstance(queue, InMemoryCrawlQueue)
    assert queue.postponed == [("poison", 0)]


def test_a_message_that_is_put_off_comes_again_and_is_no_warning(
    crawler: CommandContainer, capsys: pytest.CaptureFixture[str]
) -> None:
    with crawler.adapters.store.begin() as tx:
        circuit = tx.circuits.lock(Lane(Surface.INTEGRATED, Device.PC).circuit)
        until = NIGHT + timedelta(days=36_500)
        tx.circuits.save(replace(circuit, opened_at=NIGHT, probe_at=until, reason="blocked (captcha)"))
    assert handler({"Records": [record("m1", message_body(RUN, 1))]}, None) == {
        "batchItemFailures": [{"itemIdentifier": "m1"}]
    }
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["level"] for line in logged if line.get("event") == "message_postponed"] == ["info"]
    assert not [line for line in logged if line.get("level") in {"warning", "error"}]


def test_the_failures_of_one_invocation_are_not_those_of_the_next(crawler: CommandContainer) -> None:
    handler({"Records": [record("poison", "no json")]}, None)
    assert handler({"Records": [record("good", message_body(RUN, 1))]}, None) == {"batchItemFailures": []}
    assert states(crawler)[TaskState.SUCCEEDED] == 1


@dataclass
class RunningContext:
    """Lambda's context of an invocation that has so many seconds left, fewer each time it is asked."""

    seconds: list[float]
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds.pop(0) * 1000)


def test_each_message_is_hidden_for_what_is_left_when_its_turn_comes(crawler: CommandContainer) -> None:
    event = {"Records": [record("m1", message_body(RUN, 1)), record("m2", message_body(RUN, 2))]}
    assert handler(event, RunningContext([60, 41.5])) == {"batchItemFailures": []}
    queue = crawler.adapters.queue
    assert isinstance(queue, InMemoryCrawlQueue)
    assert queue.postponed == [("m1", 65), ("m2", 47)]


@pytest.mark.usefixtures("crawler")
def test_every_line_of_a_message_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    handler({"Records": [record("m1", message_body(RUN, 1)), record("m2", message_body(RUN, 2))]}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" not in line]
    assert [(line["event"], line["message_id"], line["rank"]) for line in lines] == [
        ("crawl_result", "m1", 1),
        ("crawl_result", "m2", None),
    ]


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" not in line]


def test_every_line_names_its_function_its_request_and_its_message(
    crawler: CommandContainer, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [record("m1", message_body(RUN, 1)), record("poison", "no json"), record("m2", message_body(RUN, 2))]
    handler({"Records": records[:2]}, RunningContext([60, 50], "request-1"))
    structlog.get_logger().info("between_two_invocations")
    handler({"Records": records[2:]}, RunningContext([60], "request-2"))
    assert [
        (line["event"], line["function"], line["request_id"], line.get("message_id")) for line in logged(capsys)
    ] == [
        ("crawl_result", "crawler", "request-1", "m1"),
        ("bad_message", "crawler", "request-1", "poison"),
        ("message_returned", "crawler", "request-1", "poison"),
        ("between_two_invocations", "crawler", "request-1", None),
        ("crawl_result", "crawler", "request-2", "m2"),
    ]
    assert states(crawler) == {TaskState.SUCCEEDED: 2}


def test_a_used_up_message_that_waits_for_its_redrive_is_one_line_without_a_traceback(
    crawler: CommandContainer, capsys: pytest.CaptureFixture[str]
) -> None:
    with crawler.adapters.store.begin() as tx:
        task = tx.tasks.lock(RUN, 1, message_id="m1")
        assert task is not None
        error = LayoutUnknown("changed")
        message = parse_message(message_body(RUN, 1), receipt_of_record(SQSRecord(record("m1", ""))))
        attempt_id = tx.attempts.start(task, message, at=NIGHT, page_loads=1)
        tx.attempts.finish(attempt_id, at=NIGHT, error=error, permanent=True)
        tx.tasks.set_state(task, TaskState.FAILED, decided_at=NIGHT, failure=failure_of(error))
    for _ in range(2):
        handler({"Records": [record("m1", message_body(RUN, 1))]}, RunningContext([60]))
    lines = logged(capsys)
    assert [(line["event"], line["level"], line["message_id"], line["tracking_id"]) for line in lines] == [
        ("message_awaits_redrive", "info", "m1", 1)
    ] * 2
    assert not any("exception" in line for line in lines)


def test_an_error_that_returns_a_message_keeps_its_traceback(
    crawler: CommandContainer, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(_key: PageKey) -> ServedPage:
        raise ZeroDivisionError

    crawler.pages.__dict__["loader"].serve = break_down
    handler({"Records": [record("m1", message_body(RUN, 1))]}, RunningContext([60]))
    [line] = [line for line in logged(capsys) if line["event"] == "message_returned"]
    assert (line["level"], line["exception"][0]["exc_type"]) == ("warning", "ZeroDivisionError")


@pytest.mark.usefixtures("crawler")
def test_each_invocation_ends_with_what_its_environment_has_used_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler({"Records": [record("poison", "no json")]}, None)
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Function"]]
    assert (line["Function"], line["PagesOpened"]) == ("crawler", [2])
    assert line["ImportSeconds"][0] > 0

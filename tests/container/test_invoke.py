"""Every function with every sample event, by `sam local invoke` on the built images."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.containers.build_template import image_targets
from infra.local.containers.invoke import Answer, invoke
from infra.local.containers.stamp_event import stamp_event
from infra.local.containers.surroundings import Servers, Surroundings
from infra.local.stack.localise import read_template
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date

EVENTS = Path(__file__).parents[1] / "events"
#: What each function is sent in these tests; an operator's call of the migrator is an empty event.
SENT = {
    "Dispatcher": {"scheduled", "manual", "on-demand", "release"},
    "Crawler": {"sqs-good-and-poison", "sqs-redriven"},
    "RunMonitor": {"run-check", "run-summarise", "run-fail"},
    "Canary": {"canary", "canary-again"},
    "Migrator": {"migrate"},
    "Watchdog": {"watch"},
    "Worker": {"job-lookup"},
    "WorkerCore": {"job-bulk-action"},
    "Tender": {"tender-tick", "tender-ended", "tender-crashed", "sqs-schedule"},
    "Notifier": {"sqs-notice", "sns-bounce"},
}


def call(running: Servers, around: Surroundings, function: str, event: str) -> Answer:
    """Invoke a function with a sample event, after the database was brought to what that speaks of."""
    text = (EVENTS / f"{event}.json").read_text(encoding="utf-8")
    around.prepare(text)
    stamped = stamp_event(text, datetime.now(UTC))
    return invoke(function, stamped, environment=around.environment, network=running.network.name)


def returned(answer: Answer) -> Any:
    assert not answer.is_error, answer.log
    return answer.document


def rows(around: Surroundings, sql: str) -> list[tuple[Any, ...]]:
    with around.container.adapters.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def queued(running: Servers, around: Surroundings, variable: str) -> list[Mapping[str, Any]]:
    """Take what stands in a queue."""
    sqs, url = running.stack.client("sqs"), around.environment[variable]
    bodies: list[Mapping[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        bodies += [json.loads(message["Body"]) for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def today() -> str:
    return scheduled_run_id(business_date(datetime.now(UTC)))


def test_every_function_and_every_sample_event_is_among_these_tests() -> None:
    assert set(SENT) == set(image_targets(read_template()))
    assert set().union(*SENT.values()) == {path.stem for path in EVENTS.glob("*.json")}


def test_the_scheduled_event_starts_today_s_run(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "Dispatcher", "scheduled"))
    assert (answer["run_id"], answer["expected"]) == (today(), 2)
    sent = queued(running, around, "CRAWL_QUEUE_URL")
    assert sorted(body["tracking_id"] for body in sent) == [1, 2]
    assert {body["run_id"] for body in sent} == {today()}
    machine = around.environment["STATE_MACHINE_ARN"]
    executions = running.stack.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert f"{today()}-0" in {execution["name"] for execution in executions}


@pytest.mark.parametrize("event", ["manual", "on-demand"])
def test_a_run_that_somebody_asks_for_goes_through_the_express_queue(
    running: Servers, around: Surroundings, event: str
) -> None:
    answer = returned(call(running, around, "Dispatcher", event))
    assert answer["run_id"].startswith(f"{event}-")
    sent = queued(running, around, "EXPRESS_QUEUE_URL")
    assert sorted(body["tracking_id"] for body in sent) == [1, 2]
    assert {body["run_id"] for body in sent} == {answer["run_id"]}


def test_a_poison_message_comes_back_alone_and_the_good_one_is_measured(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "Crawler", "sqs-good-and-poison"))
    poison = json.loads((EVENTS / "sqs-good-and-poison.json").read_text(encoding="utf-8"))["Records"][1]
    assert answer == {"batchItemFailures": [{"itemIdentifier": poison["messageId"]}]}
    assert rows(around, "SELECT tracking_id, rank FROM rank_history") == [(1, around.tracked.rank)]
    assert rows(around, "SELECT tracking_id, state FROM task ORDER BY 1") == [(1, "SUCCEEDED"), (2, "QUEUED")]
    kept = running.stack.client("s3").list_objects_v2(Bucket=around.environment["EVIDENCE_BUCKET"])["Contents"]
    assert any(today() in item["Key"] for item in kept)


def test_a_redriven_message_is_measured_though_its_run_is_closed(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "Crawler", "sqs-redriven"))
    assert answer == {"batchItemFailures": []}
    assert rows(around, "SELECT tracking_id, rank FROM rank_history") == [(1, around.tracked.rank)]
    with around.container.adapters.store.read() as tx:
        assert [tracking_id for tracking_id, _ in tx.tasks.list_late(today())] == [1]
        summary = tx.runs.summary(today())
    assert summary is not None
    assert (summary["expected"], summary["expired"]) == (2, 2)


def test_a_check_says_what_is_left_and_when_to_come_again(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "RunMonitor", "run-check"))
    assert (answer["run_id"], answer["done"], answer["left"]) == (today(), False, 2)
    assert answer["wait_seconds"] > 0


@pytest.mark.parametrize(("event", "status"), [("run-summarise", "CLOSED"), ("run-fail", "FAILED")])
def test_a_run_is_closed_in_balance_whatever_became_of_it(
    running: Servers, around: Surroundings, event: str, status: str
) -> None:
    answer = returned(call(running, around, "RunMonitor", event))
    counts = [answer[name] for name in ("succeeded", "failed", "cancelled", "expired")]
    assert answer["expected"] == sum(counts) == 2
    assert rows(around, "SELECT status FROM run") == [(status,)]


def test_the_migrator_finds_the_newest_schema_and_leaves_it(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "Migrator", "migrate"))
    assert answer["before"] == answer["after"]
    assert rows(around, "SELECT version_num FROM alembic_version") == [(answer["after"],)]


def test_the_canary_reads_its_pages_before_the_run(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "Canary", "canary"))
    assert (answer["number"], answer["recognised_share"]) == (0, 1)
    assert rows(around, "SELECT run_id, number FROM canary_check") == [(answer["run_id"], 0)]


def test_a_held_run_is_let_go_when_its_canary_is_recognised_again(running: Servers, around: Surroundings) -> None:
    assert returned(call(running, around, "Dispatcher", "release"))["expected"] == 2
    assert queued(running, around, "CRAWL_QUEUE_URL") == []
    again = returned(call(running, around, "Canary", "canary-again"))
    assert (again["run_id"], again["number"], again["recognised_share"]) == (today(), 1, 1)
    assert returned(call(running, around, "Dispatcher", "release"))["run_id"] == today()
    sent = queued(running, around, "CRAWL_QUEUE_URL")
    assert sorted(body["tracking_id"] for body in sent) == [1, 2]


def test_the_watchdog_tells_of_a_dead_letter_and_repairs_nothing_unasked(
    running: Servers, around: Surroundings
) -> None:
    dead_letters = around.environment["CRAWL_DEAD_LETTER_QUEUE_URL"]
    running.stack.client("sqs").send_message(QueueUrl=dead_letters, MessageBody="{}")
    answer = returned(call(running, around, "Watchdog", "watch"))
    assert answer["date"] == business_date(datetime.now(UTC)).isoformat()
    assert answer["problems"] == answer["raised"] > 0
    subjects = {
        subject for (subject,) in rows(around, "SELECT subject FROM watch_finding WHERE alarmed_at IS NOT NULL")
    }
    assert "crawl-dead-letters" in subjects
    assert rows(around, "SELECT count(*) FROM run") == [(0,)]


def jobs(around: Surroundings, columns: str) -> list[tuple[Any, ...]]:
    return rows(around, f"SELECT {columns} FROM job")  # noqa: S608 - our own columns


def test_a_lookup_is_run_in_the_image_with_a_browser_and_stores_no_rank(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "Worker", "job-lookup"))
    assert answer["outcome"] == "succeeded"
    ((state, result),) = jobs(around, "state, result")
    assert (state, result["outcome"]["rank"]) == ("SUCCEEDED", around.tracked.rank)
    kept = running.stack.client("s3").get_object(Bucket="files", Key=result["files"][0])
    assert json.loads(kept["Body"].read())["outcome"]["rank"] == around.tracked.rank
    assert rows(around, "SELECT count(*) FROM rank_history") == [(0,)]
    assert rows(around, "SELECT place FROM worker") == [("browser",)]


def test_a_bulk_action_is_done_in_the_image_without_a_browser(running: Servers, around: Surroundings) -> None:
    answer = returned(call(running, around, "WorkerCore", "job-bulk-action"))
    assert answer["outcome"] == "succeeded"
    ((state, result),) = jobs(around, "state, result")
    assert (state, result["action"], result["matched"], result["changed"]) == ("SUCCEEDED", "pause", 2, 2)
    kept = running.stack.client("s3").get_object(Bucket="files", Key=result["file"])
    assert {(row["id"], row["after"]) for row in json.loads(kept["Body"].read())} == {(1, "PAUSED"), (2, "PAUSED")}
    assert rows(around, "SELECT id, status FROM tracking ORDER BY 1") == [(1, "PAUSED"), (2, "PAUSED")]
    assert rows(around, "SELECT place FROM worker") == [("core",)]


@pytest.mark.parametrize(("event", "attempts"), [("tender-ended", 0), ("tender-crashed", 1)])
def test_the_tender_takes_how_an_attempt_ended(
    running: Servers, around: Surroundings, event: str, attempts: int
) -> None:
    assert returned(call(running, around, "Tender", event)) is None
    assert jobs(around, "state, attempts") == [("PENDING", attempts)]


def test_the_tender_submits_what_a_schedule_asks_for_and_a_tick_admits_it(
    running: Servers, around: Surroundings
) -> None:
    returned(call(running, around, "Tender", "sqs-schedule"))
    assert jobs(around, "work, owner, state") == [("lookup", "system", "PENDING")]
    returned(call(running, around, "Tender", "tender-tick"))
    assert jobs(around, "state, generation") == [("QUEUED", 1)]


def test_the_notifier_gives_up_what_its_channel_takes_no_more_and_acknowledges_the_message(
    running: Servers, around: Surroundings
) -> None:
    assert returned(call(running, around, "Notifier", "sqs-notice")) == {"batchItemFailures": []}
    assert rows(around, "SELECT state, failure_code FROM notice") == [("DEAD", "channel_suppressed")]


def test_the_notifier_takes_what_the_mail_service_reports(running: Servers, around: Surroundings) -> None:
    assert returned(call(running, around, "Notifier", "sns-bounce")) == {"batchItemFailures": []}


def test_what_a_function_refuses_comes_out_as_its_error(running: Servers, around: Surroundings) -> None:
    order = json.dumps({"action": "dance", "run_id": today()})
    answer = invoke("RunMonitor", order, environment=around.environment, network=running.network.name)
    assert answer.is_error
    assert answer.document["errorType"] == "InvalidInput"
    assert "use check, summarise or fail" in answer.document["errorMessage"]

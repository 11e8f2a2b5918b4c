"""Messages, executions and rows of the release before are finished by this one's handlers, on both databases."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine, text

from crawler.handler import handler as crawler
from dispatcher.handler import handler as dispatcher
from infra.local.postgres import PostgresServer
from run_monitor.handler import handler as run_monitor
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import SqlSchema, schema_version
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.run import RunStatus, TaskState
from sunwi.service.canary.parse_canary_event import FirstCheck, RepeatedCheck, parse_canary_event
from sunwi.settings import Settings, load_settings
from sunwi.testing import (
    CannedPageLoader,
    InMemoryAlarmChannel,
    InMemoryCrawlQueue,
    InMemoryEvidenceStore,
    InMemoryMessageCounts,
    InMemoryStateMachine,
    ManualClock,
)
from tests.examples import CRAWL_QUEUE_ARN, NIGHT, recognised, served_page
from tests.parts import replace_parts
from tests.release_before import SCHEDULED, definition, frozen, payloads, read_rows, step, store_rows, stored
from watchdog.handler import handler as watchdog

TABLES = [name for name, rows in frozen()["tables"].items() if rows]
#: The message that one attempt had been used of, by the id that SQS had given it.
TRIED = {4: "second-4"}


@pytest.fixture(scope="module")
def sqlite_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the release before with its rows, brought to this one's schema, to copy from."""
    path = tmp_path_factory.mktemp("before") / "before.db"
    bring_forward(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def postgres_before(postgres_server: PostgresServer) -> str:
    """The same on PostgreSQL."""
    bring_forward(postgres_server.create_database("before"))
    return "before"


def bring_forward(url: str) -> None:
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade(frozen()["schema"])
    store_rows(engine)
    SqlSchema(engine).upgrade("head")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the release before with its rows, brought to this one's schema."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_before"), tmp_path / "sunwi.db")
        url = f"sqlite:///{tmp_path / 'sunwi.db'}"
    else:
        before, server = request.getfixturevalue("postgres_before"), request.getfixturevalue("postgres_server")
        server.drop_database("after")
        url = server.create_database("after", template=before)
    engine = create_store_engine(url)
    yield engine
    engine.dispose()


class LittleUsed:
    """A life in which nothing has been used up."""

    def measure(self, *, import_started: float, import_ended: float) -> dict[str, float]:
        return {"ImportSeconds": import_ended - import_started}


@pytest.fixture
def container(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandContainer]:
    """What this release's functions find, two minutes after the other one's; every page is there now."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setenv("CRAWL_DELAY_SECONDS", "0")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    page = recognised("101", "102", "blog:writer/223000000001", "cafe:club/77")
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", lambda *_: page)
    load_settings.cache_clear()
    built, clock = CommandContainer.bootstrap(), ManualClock(NIGHT + timedelta(minutes=2))
    replace_parts(
        built,
        clock=clock,
        queue=InMemoryCrawlQueue(),
        state_machine=InMemoryStateMachine(),
        loader=CannedPageLoader(clock, lambda _: served_page()),
        evidence_in_time=InMemoryEvidenceStore(),
        environment_usage=LittleUsed(),
        alarms=InMemoryAlarmChannel(),
        message_counts=InMemoryMessageCounts(),
    )
    yield built
    built.adapters.engine.dispose()
    load_settings.cache_clear()
    structlog.contextvars.clear_contextvars()


def record(body: str) -> dict[str, Any]:
    tracking_id = json.loads(body)["tracking_id"]
    return {
        "messageId": TRIED.get(tracking_id, f"message-{tracking_id}"),
        "receiptHandle": f"handle-{tracking_id}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": str(int(NIGHT.timestamp() * 1000))},
        "eventSource": "aws:sqs",
        "eventSourceARN": CRAWL_QUEUE_ARN,
    }


def left() -> list[str]:
    """Return the messages of its open runs that it had not measured, byte for byte."""
    done = {(row["run_id"], row["tracking_id"]) for row in frozen()["tables"]["task"] if row["state"] == "SUCCEEDED"}
    bodies = [message["body"] for message in payloads()["messages"]]
    return [body for body in bodies if (json.loads(body)["run_id"], json.loads(body)["tracking_id"]) not in done]


def measure_what_is_left() -> None:
    for body in left():
        assert crawler({"Records": [record(body)]}, None) == {"batchItemFailures": []}


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_lost_or_changed_by_the_new_schema(engine: Engine, table: str) -> None:
    assert schema_version(engine).is_current
    rows, before = read_rows(engine, table), stored(table, engine)
    if table == "circuit":  # the migration adds the closed circuits that nothing was stored of
        rows = [row for row in rows if row in before or row["opened_at"] or row["blocked_pages"] or row["closed_at"]]
    assert rows == before


@pytest.mark.usefixtures("container")
def test_every_message_that_it_left_is_measured(container: CommandContainer) -> None:
    assert [json.loads(body)["tracking_id"] for body in left()] == [5, 4, 6]
    measure_what_is_left()
    with container.adapters.store.read() as tx:
        assert dict(tx.tasks.count_states(SCHEDULED)) == {TaskState.SUCCEEDED: 5}
        history = {number: tx.ledger.history(number) for number in (1, 4, 5, 6)}
    assert [row.rank for row in history[1]] == [1, 1]
    assert [[row.rank for row in history[number]] for number in (4, 5, 6)] == [[2], [2], [None]]


def test_a_page_that_it_had_read_answers_this_release_s_messages(container: CommandContainer) -> None:
    loader = container.pages.loader
    assert isinstance(loader, CannedPageLoader)
    (body,) = [body for body in left() if json.loads(body)["tracking_id"] == 5]
    assert crawler({"Records": [record(body)]}, None) == {"batchItemFailures": []}
    assert loader.loads == []


def test_an_attempt_that_it_had_made_counts(container: CommandContainer) -> None:
    loader = container.pages.loader
    assert isinstance(loader, CannedPageLoader)
    measure_what_is_left()
    assert loader.loads[0].keyword == "성수동 카페"
    with container.adapters.engine.connect() as connection:
        query = text("SELECT number FROM attempt WHERE message_id = :id ORDER BY number")
        assert [row.number for row in connection.execute(query, {"id": TRIED[4]})] == [1, 2]


@pytest.mark.usefixtures("container")
def test_a_running_execution_goes_on_by_its_own_definition_with_this_release_s_answers() -> None:
    check = step("CheckRun")
    read = set(re.findall(r"states\.result\.Payload\.(\w+)", json.dumps(definition()["States"]["CheckRun"]["Output"])))
    assert read == {"done", "held", "unsent", "canary_number", "wait_seconds"}
    open_ = run_monitor(check, None)
    assert (type(open_["done"]), open_["done"], type(open_["wait_seconds"])) == (bool, False, int)
    assert not open_.get("held")
    assert not open_.get("unsent")
    measure_what_is_left()
    assert run_monitor(check, None)["done"] is True
    summary = run_monitor(step("SummariseRun"), None)
    assert (summary["expected"], summary["succeeded"]) == (5, 5)


def test_a_running_execution_may_record_its_failure(container: CommandContainer) -> None:
    summary = run_monitor(step("RecordFailure"), None)
    assert (summary["expected"], summary["succeeded"], summary["expired"]) == (5, 3, 2)
    with container.adapters.store.read() as tx:
        run = tx.runs.get(SCHEDULED)
    assert run is not None
    assert run.status is RunStatus.FAILED


@pytest.mark.parametrize("state", ["SendRest", "ReleaseRun"])
def test_a_running_execution_may_have_the_rest_sent(container: CommandContainer, state: str) -> None:
    answer = dispatcher(step(state), None)
    assert answer == {"run_id": SCHEDULED, "expected": 5, "business_date": "2026-01-02"}
    queue = container.adapters.queue
    assert isinstance(queue, InMemoryCrawlQueue)
    assert queue.sent == [], "everything had been sent"


def test_a_canary_is_asked_by_what_was_on_its_way() -> None:
    assert parse_canary_event(step("CheckCanary")) == RepeatedCheck(SCHEDULED, 1)
    assert parse_canary_event(payloads()["scheduled_event"]) == FirstCheck(NIGHT)


def test_its_scheduled_event_finds_its_own_run(container: CommandContainer) -> None:
    answer = dispatcher(payloads()["scheduled_event"], None)
    assert answer == {"run_id": SCHEDULED, "expected": 5, "business_date": "2026-01-02"}
    with container.adapters.store.read() as tx:
        assert len(tx.runs.list(10)) == 3


def test_an_execution_that_it_started_is_found_by_name_and_input(container: CommandContainer) -> None:
    with container.adapters.store.read() as tx:
        runs = tx.runs.list(10)
    started = {(run.execution_name, json.dumps({"run_id": run.id})) for run in runs}
    assert started == {(execution["name"], execution["input"]) for execution in payloads()["executions"]}


def test_its_event_of_a_look_is_one(container: CommandContainer) -> None:
    container.adapters.clock.advance(hours=2)  # type: ignore[attr-defined]  # the fixture's clock stands still
    event = {**payloads()["scheduled_event"], "time": "2026-01-01T18:00:00Z"}
    assert watchdog(event, None)["date"] == "2026-01-02"


def test_a_night_that_it_closed_is_shown_as_it_was(container: CommandContainer) -> None:
    view = container.runs.show_run.show("scheduled-20260101")
    assert (view.counts.expected, view.counts.succeeded) == (3, 3)
    (row,) = [row for row in frozen()["tables"]["run"] if row["id"] == "scheduled-20260101"]
    with container.adapters.store.read() as tx:
        assert tx.runs.summary("scheduled-20260101") == row["summary"]
        assert [day.rank for day in tx.ledger.history(1)][:1] == [1]


def test_what_its_watchdog_had_seen_is_remembered(container: CommandContainer) -> None:
    with container.adapters.store.read() as tx:
        (found,) = tx.watch.open_findings()
    assert (found.problem.key, found.problem.extent) == ("DEAD_LETTERS:crawl-dead-letters", 2)

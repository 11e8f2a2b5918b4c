import json
from pathlib import Path
from typing import Any

import pytest

from dispatcher.handler import handler
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.errors import ConfigurationError, InvalidInput, StaleEvent, StoreUnavailable
from sunwi.testing import InMemoryCrawlQueue
from tests.examples import NIGHT, place_tracking

SCHEDULED = {"source": "aws.events", "time": "2026-01-01T16:00:00Z"}


def queue(container: CommandContainer) -> InMemoryCrawlQueue:
    found = container.adapters.queue
    assert isinstance(found, InMemoryCrawlQueue)
    return found


def add_trackings(container: CommandContainer, number: int) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(place_id) for place_id in range(number)], at=NIGHT)


def test_the_rules_event_dispatches_the_run_of_its_korean_date(container: CommandContainer) -> None:
    add_trackings(container, 2)
    answer = handler(SCHEDULED, None)
    assert answer == {"run_id": "scheduled-20260102", "expected": 2, "business_date": "2026-01-02"}
    assert handler(SCHEDULED, None) == answer
    assert queue(container).sent == [("scheduled-20260102", 1, False), ("scheduled-20260102", 2, False)]


def test_an_operators_event_starts_a_run_of_its_own(container: CommandContainer) -> None:
    add_trackings(container, 2)
    first, second = (handler({"kind": "ON_DEMAND", "tracking_ids": [2]}, None) for _ in range(2))
    assert first["run_id"].startswith("on-demand-20260102-010000-")
    assert first["run_id"] != second["run_id"]
    assert queue(container).sent == [(first["run_id"], 2, True), (second["run_id"], 2, True)]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({}, InvalidInput),
        ({"kind": "SCHEDULED"}, InvalidInput),
        ({"source": "aws.events"}, InvalidInput),
        ({"kind": "ON_DEMAND", "tracking_ids": []}, InvalidInput),
        ({**SCHEDULED, "time": "2025-12-31T16:00:00Z"}, StaleEvent),
    ],
)
def test_an_event_that_is_refused_sends_nothing(
    container: CommandContainer, event: dict[str, Any], error: type[Exception]
) -> None:
    add_trackings(container, 1)
    with pytest.raises(error):
        handler(event, None)
    assert queue(container).sent == []


def test_a_database_that_is_away_sends_nothing(container: CommandContainer, tmp_path: Path) -> None:
    for file in tmp_path.glob("sunwi.db*"):
        file.unlink()
    (tmp_path / "sunwi.db").mkdir()
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        handler(SCHEDULED, None)
    assert queue(container).sent == []


def test_an_hour_that_no_clock_shows_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CRAWL_SCHEDULE_HOUR", "24")
    with pytest.raises(ConfigurationError, match="CRAWL_SCHEDULE_HOUR is 24: set an hour from 0 to 23"):
        handler(SCHEDULED, None)


def test_a_function_without_a_database_says_what_to_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CRAWL_QUEUE_URL", "https://sqs/crawl")
    environment.setenv("STATE_MACHINE_ARN", "arn:aws:states:::stateMachine:watch")
    with pytest.raises(ConfigurationError, match=r"set DATABASE_URL .* or DATABASE_SECRET_ARN"):
        handler(SCHEDULED, None)


def test_a_missing_database_secret_is_named(environment: pytest.MonkeyPatch) -> None:
    class NoSecrets:
        def get_secret_value(self, **_: str) -> dict[str, str]:
            return {"SecretString": json.dumps({"username": "sunwi", "password": "hunter2"})}

    environment.setenv("DATABASE_SECRET_ARN", "sunwi/database")
    environment.setattr(Adapters, "aws_client", lambda *_: NoSecrets())
    with pytest.raises(ConfigurationError, match="the database secret sunwi/database lacks host"):
        _ = CommandContainer.bootstrap().adapters.store


def test_what_the_function_logs_is_one_json_object_a_line(
    container: CommandContainer, capsys: pytest.CaptureFixture[str]
) -> None:
    add_trackings(container, 1)
    handler(SCHEDULED, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["batch_started", "batch_dispatched", "canary_warning"]
    assert {(line["function"], line["run_id"]) for line in lines} == {("dispatcher", "scheduled-20260102")}

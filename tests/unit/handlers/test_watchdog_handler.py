import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.errors import InvalidInput
from sunwi.testing import InMemoryAlarmChannel, InMemoryMessageCounts
from tests.examples import NIGHT, place_tracking
from tests.parts import replace_parts
from watchdog.handler import handler

CONTEXT = SimpleNamespace(aws_request_id="request")


@pytest.fixture
def alarms(container: CommandContainer) -> InMemoryAlarmChannel:
    """The alarms of a morning on which one tracking waited in vain."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT - timedelta(hours=1))
    channel = InMemoryAlarmChannel()
    container.adapters.clock.advance(hours=2)  # type: ignore[attr-defined]  # the fixture's clock stands still
    replace_parts(container, alarms=channel, message_counts=InMemoryMessageCounts())
    return channel


def test_the_rules_event_repairs_and_raises_once(alarms: InMemoryAlarmChannel) -> None:
    event = {"source": "aws.events", "time": "2026-01-01T18:00:00Z"}
    assert handler(event, CONTEXT) == {"date": "2026-01-02", "problems": 0, "raised": 1}
    assert handler(event, CONTEXT) == {"date": "2026-01-02", "problems": 0, "raised": 0}
    assert [alarm.kind for alarm in alarms.raised] == ["RUN_MISSING"]


def test_an_hour_in_which_no_look_is_due_asks_nobody_and_says_so_in_one_line(
    container: CommandContainer, capsys: pytest.CaptureFixture[str]
) -> None:
    adapters = container.adapters
    for name in ("engine", "store", "queue", "state_machine"):
        adapters.__dict__.pop(name, None)
    event = {"source": "aws.events", "time": "2026-01-01T19:00:00Z"}
    assert handler(event, CONTEXT) == {"date": None, "problems": 0, "raised": 0}
    assert {"engine", "store", "queue", "state_machine"} & set(adapters.__dict__) == set()
    assert {"watch_day", "message_counts", "alarms"} & set(container.watchdog.__dict__) == set()
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["next_check"]) == ("check_not_due", "2026-01-01T20:00:00+00:00")


@pytest.mark.usefixtures("alarms")
def test_an_operator_may_ask_for_a_day_and_leave_things_as_they_are() -> None:
    assert handler({"date": "2026-01-02", "repair": False}, CONTEXT)["problems"] == 1
    with pytest.raises(InvalidInput, match="is no date"):
        handler({"date": "tomorrow"}, CONTEXT)


@pytest.mark.usefixtures("alarms")
def test_each_look_is_counted_for_the_alarm_that_watches_the_watchdog(capsys: pytest.CaptureFixture[str]) -> None:
    handler({"repair": False}, CONTEXT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (metrics,) = [line for line in lines if "_aws" in line]
    assert (metrics["WatchdogLooks"], metrics["WatchdogProblems"]) == ([1.0], [1.0])
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Sunwi/tested", [[]])
    assert [line["event"] for line in lines if "_aws" not in line] == ["problem_found", "day_watched"]

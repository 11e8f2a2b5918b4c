"""Events that an execution of the state machine needs for the longest run that the template allows, however it goes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.stack.localise import ROOT, read_template
from sunwi.domain.actor import SYSTEM
from sunwi.domain.canary import CanaryCheck, HoldRule
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import TaskState
from sunwi.domain.tracking import Device, Surface
from sunwi.service.runs.cancel_run import CancelRun
from tests.examples import NIGHT, place_tracking
from tests.night import SCHEDULED, Night

#: What an execution has room for, and what is left for retries. Source: docs/aws.md, Step Functions.
MOST_EVENTS = 25_000
LEFT_FOR_RETRIES = 10_000

#: Entered, scheduled, started, succeeded and exited; the others only entered and exited.
EVENTS = {"Task": 5, "Choice": 2, "Wait": 2, "Succeed": 2}

DEFINITION = ROOT / "infra/statemachine/run.asl.json"
LONGEST = max(int(value) for value in read_template()["Parameters"]["CrawlBatchTimeout"]["AllowedValues"])
LONGEST_HOLD = int(read_template()["Parameters"]["CanaryMaxHold"]["MaxValue"])


@dataclass
class Execution:
    """An execution of the real definition, whose functions are the services and whose waits are the clock's.

    Attributes:
        calls: What stands in for each function that the states call.
    """

    night: Night
    calls: dict[str, Callable[[], object]]
    events: int = 2
    checks: int = 0
    states: dict[str, Any] = field(default_factory=lambda: json.loads(DEFINITION.read_text(encoding="utf-8")))

    def run(self) -> None:
        name, definition = self.states["StartAt"], self.states["States"]
        while (state := definition[name])["Type"] != "Succeed":
            self.events += EVENTS[state["Type"]]
            name = self._next(name, state)
        self.events += EVENTS["Succeed"]

    def _next(self, name: str, state: dict[str, Any]) -> str:
        if name == "CheckRun":
            self.checks += 1
            self.answer = self.night.close.check(SCHEDULED)
        elif name == "IsRunDone":
            asked = {"done": self.answer.done, "held": self.answer.is_held, "unsent": self.answer.has_unsent}
            ways = [way["Next"] for way in state["Choices"] if asked[way["Condition"].split(".")[-1].split()[0]]]
            return str(ways[0] if ways else state["Default"])
        elif state["Type"] == "Wait":
            self.night.clock.advance(seconds=self.answer.wait_seconds)
        else:
            self.calls[name]()
        return str(state["Next"])


@pytest.fixture
def long_night(night: Night) -> Night:
    night.batch_timeout = timedelta(seconds=LONGEST)
    return night


def execution(night: Night, **calls: Callable[[], object]) -> Execution:
    return Execution(night, {"SummariseRun": lambda: night.close.summarise(SCHEDULED), **calls})


def set_state(night: Night, state: TaskState, *tracking_ids: int) -> None:
    with night.sql.engine.begin() as connection:
        for tracking_id in tracking_ids:
            where = {"state": state.value, "id": tracking_id}
            connection.execute(text("UPDATE task SET state = :state WHERE tracking_id = :id"), where)


def start_with_a_straggler(night: Night, trackings: int) -> None:
    """Start a run of which all but the last tracking are measured within the first minutes."""
    night.start(*(place_tracking(number) for number in range(1, trackings + 1)))
    night.clock.advance(minutes=5)
    set_state(night, TaskState.SUCCEEDED, *range(1, trackings))


def test_one_straggler_of_a_large_run_leaves_room_in_the_history(long_night: Night) -> None:
    start_with_a_straggler(long_night, 400)
    watched = execution(long_night)
    watched.run()
    assert watched.checks > 100
    assert watched.events < MOST_EVENTS - LEFT_FOR_RETRIES
    assert long_night.clock.now() - NIGHT <= timedelta(seconds=LONGEST + 1)


def test_a_cancelled_run_whose_last_look_never_ends_leaves_room_in_the_history(long_night: Night) -> None:
    start_with_a_straggler(long_night, 5)
    set_state(long_night, TaskState.RUNNING, 5)
    CancelRun(store=long_night.store, clock=long_night.clock, close_run=long_night.close).cancel(SYSTEM, SCHEDULED)
    watched = execution(long_night)
    watched.run()
    assert watched.checks > 100
    assert watched.events < MOST_EVENTS - LEFT_FOR_RETRIES


def test_the_longest_hold_asked_for_every_second_leaves_room_in_the_history(long_night: Night) -> None:
    long_night.hold = HoldRule(pause=timedelta(seconds=1), max_hold=timedelta(seconds=LONGEST_HOLD))
    add_bad_check(long_night, 0)
    long_night.track(*(place_tracking(number) for number in range(1, 6)))
    long_night.dispatch.scheduled(NIGHT, asks_canary=True)

    def release() -> None:
        if not long_night.release.release(SCHEDULED, check_failed=False).is_held:
            set_state(long_night, TaskState.SUCCEEDED, *range(1, 5))

    watched = execution(
        long_night, CheckCanary=lambda: add_bad_check(long_night, watched.answer.canary_number), ReleaseRun=release
    )
    watched.run()
    assert watched.checks > 100
    assert watched.events < MOST_EVENTS - LEFT_FOR_RETRIES


def add_bad_check(night: Night, number: int) -> None:
    surface = SurfaceCounts(surface=Surface.INTEGRATED, device=Device.PC, recognised=0, layout_unknown=4)
    made = CanaryCheck(run_id=SCHEDULED, number=number, checked_at=night.clock.now(), surfaces=[surface])
    with night.sql.begin() as tx:
        tx.canaries.add(made)


def test_whatever_its_states_answer_an_execution_needs_what_was_counted() -> None:
    states = json.loads(DEFINITION.read_text(encoding="utf-8"))["States"]
    assert {state["Type"] for state in states.values()} - {"Fail"} == set(EVENTS)
    assert {"Parallel", "Map"}.isdisjoint(state["Type"] for state in states.values())

import json
from pathlib import Path

import pytest

from canary.handler import handler
from dispatcher.handler import handler as dispatch
from run_monitor.handler import handler as monitor
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.schedule import CANARY_LEAD
from sunwi.domain.tracking import PageKey
from sunwi.errors import InvalidInput, StaleEvent
from sunwi.testing import CannedPageLoader, InMemoryCrawlQueue, InMemoryMetrics, ManualClock
from tests.examples import NIGHT, place_tracking, recognised, served_page, unreadable
from tests.parts import replace_parts

RUN = "scheduled-20260102"
EVENTS = Path(__file__).parents[2] / "events"
UNKNOWN = unreadable(PageVerdict.LAYOUT_UNKNOWN)


def event(name: str) -> dict[str, object]:
    return dict(json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8")))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[PageReading]:
    """What every page says; the last one holds."""
    readings = [recognised("101")]
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", lambda *_: readings[-1])
    return readings


@pytest.fixture
def clock(container: CommandContainer, shown: list[PageReading]) -> ManualClock:
    """Ten minutes before the run of one tracking, with every page fine."""
    assert shown == [recognised("101")]

    def serve(_key: PageKey) -> ServedPage:
        return served_page()

    clock = ManualClock(NIGHT - CANARY_LEAD)
    replace_parts(container, clock=clock, loader=CannedPageLoader(clock, serve), metrics=InMemoryMetrics())
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(101)], at=NIGHT)
    return clock


def sent(container: CommandContainer) -> int:
    queue = container.adapters.queue
    assert isinstance(queue, InMemoryCrawlQueue)
    return len(queue.sent)


@pytest.mark.usefixtures("clock")
def test_the_rules_event_reads_the_pages_for_the_run_that_is_due() -> None:
    answer = handler(event("canary"), None)
    assert answer == {"run_id": RUN, "number": 0, "recognised_share": 1.0}


def test_a_run_after_a_bad_check_waits_for_a_good_one(
    container: CommandContainer, clock: ManualClock, shown: list[PageReading]
) -> None:
    shown.append(UNKNOWN)
    assert handler(event("canary"), None)["recognised_share"] == 0
    clock.at = NIGHT
    assert dispatch(event("scheduled"), None)["expected"] == 1
    assert sent(container) == 0
    answer = monitor({"action": "check", "run_id": RUN}, None)
    assert answer == {
        "run_id": RUN,
        "done": False,
        "left": 1,
        "wait_seconds": 600,
        "held": True,
        "canary_number": 1,
    }
    clock.advance(seconds=600)
    dispatch(event("release"), None)
    assert sent(container) == 0
    shown.append(recognised("101"))
    assert handler(event("canary-again"), None) == {"run_id": RUN, "number": 1, "recognised_share": 1.0}
    dispatch(event("release"), None)
    assert sent(container) == 1
    assert "held" not in monitor({"action": "check", "run_id": RUN}, None)


def test_a_run_is_released_when_the_state_machine_could_not_have_the_canary_read(
    container: CommandContainer, clock: ManualClock, shown: list[PageReading]
) -> None:
    shown.append(UNKNOWN)
    handler(event("canary"), None)
    clock.at = NIGHT
    dispatch(event("scheduled"), None)
    dispatch({**event("release"), "canary_failed": True}, None)
    assert sent(container) == 1


def test_an_event_that_comes_too_late_is_refused(clock: ManualClock) -> None:
    clock.at = NIGHT
    with pytest.raises(StaleEvent):
        handler(event("canary"), None)


@pytest.mark.usefixtures("clock")
def test_any_other_event_is_refused() -> None:
    with pytest.raises(InvalidInput):
        handler({"kind": "MANUAL"}, None)

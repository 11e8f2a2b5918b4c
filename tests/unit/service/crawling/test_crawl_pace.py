"""Crawlers and the canary of one database load their pages one after the other."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from sunwi.domain.canary import CanaryKeyword
from sunwi.domain.pace import Turn
from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.domain.run import TaskState
from sunwi.domain.schedule import CANARY_LEAD
from sunwi.domain.tracking import PageKey
from sunwi.errors import BrowserLost, PageUnreachable, Postponed, SurfaceHeld
from sunwi.sites.naver.site import circuit_of_page
from tests.examples import NIGHT, page_key, place_tracking, recognised, unreadable
from tests.list_loader import LIST, ListLoader
from tests.night import SCHEDULED, Night

DELAY = timedelta(seconds=2)


@pytest.fixture
def night(night: Night) -> Night:
    """Three pages, the first with two trackings."""
    night.delay = DELAY
    night.start(*(place_tracking(101, keyword) for keyword in "가나다"), place_tracking(102, "가"))
    for keyword in "가나다":
        night.show(recognised("101"), keyword=keyword)
    return night


def hold(night: Night, until: datetime) -> None:
    with night.sql.begin() as tx:
        tx.pace.hold_until("naver", until)


def next_turn(night: Night) -> datetime:
    with night.sql.begin() as tx:
        found = tx.pace.reserve("naver", at=NIGHT - timedelta(days=1), pause=timedelta(), max_wait=None)
    assert isinstance(found, Turn)
    return found.starts_at


def test_the_pause_between_two_pages_is_kept_and_counts_from_the_end_of_the_first(night: Night) -> None:
    night.load_time = timedelta(seconds=3)
    began = night.clock.now()
    for number in (1, 2):
        assert night.deliver(number, f"m{number}") is not None
    assert timedelta(seconds=2 * 3 + 1.5) <= night.clock.now() - began <= timedelta(seconds=2 * 3 + 2.5)


def test_a_reading_that_is_reused_waits_for_nothing_and_reserves_nothing(night: Night) -> None:
    night.deliver(1, "m1")
    free_at, began = next_turn(night), night.clock.now()
    assert night.deliver(4, "m4") is not None
    assert (next_turn(night), night.clock.now()) == (free_at, began)


def test_another_process_that_has_just_loaded_a_page_is_waited_for(night: Night) -> None:
    hold(night, NIGHT + timedelta(seconds=7))
    night.deliver(1, "m1", remaining_seconds=60)
    assert night.clock.now() == NIGHT + timedelta(seconds=7)


def test_a_message_whose_turn_comes_too_late_is_put_off_and_uses_no_attempt(night: Night) -> None:
    hold(night, NIGHT + timedelta(seconds=52))
    with capture_logs() as logs, pytest.raises(Postponed, match=r"may be loaded in 52\.0 s, too late .* in 300 s"):
        night.deliver(1, "m1", remaining_seconds=60)
    task = night.task(1)
    assert (task.state, task.attempts_used, task.attempts_started) == (TaskState.QUEUED, 0, 0)
    assert night.queue.postponed == [("m1", 300)]
    assert (night.loader.loads, night.clock.now()) == ([], NIGHT)
    assert next_turn(night) == NIGHT + timedelta(seconds=52)
    assert [entry["wait_seconds"] for entry in logs if entry["event"] == "message_postponed"] == [52]
    night.clock.advance(minutes=5)
    assert night.deliver(1, "m1", remaining_seconds=60) is not None


def test_a_probe_whose_turn_comes_too_late_leaves_the_probe_to_another_look(night: Night) -> None:
    key = circuit_of_page(page_key())
    night.open_circuit(key)
    night.clock.advance(minutes=6)
    hold(night, night.clock.now() + timedelta(minutes=2))
    with pytest.raises(Postponed, match="too late for this invocation"):
        night.deliver(1, "m1", remaining_seconds=60)
    with night.sql.read() as tx:
        assert tx.circuits.get(key).probing_until is None
    night.clock.advance(minutes=3)
    assert night.deliver(2, "m2", remaining_seconds=60) is not None


def test_a_page_that_does_not_come_holds_the_next_one_back_too(night: Night) -> None:
    night.load_time = timedelta(seconds=20)
    night.show(PageUnreachable("reset"), keyword="가")
    with pytest.raises(PageUnreachable):
        night.deliver(1, "m1")
    assert next_turn(night) >= night.clock.now() + 0.75 * DELAY


def test_the_canary_waits_for_a_crawler_and_a_crawler_for_the_canary(night: Night) -> None:
    night.canary_keywords = (CanaryKeyword("가"),)
    night.allow_stale_events = True
    night.clock.at = NIGHT + timedelta(hours=23, minutes=50)
    hold(night, night.clock.now() + timedelta(seconds=9))
    began = night.clock.now()
    check = night.canary.scheduled(night.clock.now(), remaining_seconds=300)
    assert check.recognised_share == 1
    assert night.clock.now() - began >= timedelta(seconds=9) + 0.75 * DELAY
    assert next_turn(night) >= night.clock.now() + 0.75 * DELAY


def test_the_canary_stops_before_its_function_is_killed(night: Night) -> None:
    night.canary_keywords = tuple(CanaryKeyword(keyword) for keyword in "가나다")
    night.clock.at = NIGHT + timedelta(days=1) - CANARY_LEAD
    night.load_time = timedelta(seconds=16)
    began = night.clock.now()
    check = night.canary.scheduled(night.clock.now(), remaining_seconds=60)
    assert night.clock.now() - began <= timedelta(seconds=60)
    assert sum(counts.pages for counts in check.surfaces) == 3


def test_pages_of_one_list_keep_the_pause_too(night: Night) -> None:
    loader = ListLoader(night.clock, seconds=1)
    night.loader = loader  # type: ignore[assignment]  # a loader too
    night.crawl.read_surface(LIST)
    gaps = [later - earlier - 1 for earlier, later in pairwise(loader.loads)]
    assert len(gaps) == 4
    assert all(1.5 <= gap <= 2.5 for gap in gaps)


def test_a_page_over_which_the_browser_ended_is_loaded_again_in_its_turn_and_counted(night: Night) -> None:
    night.show(BrowserLost("the browser ended"), recognised("101"), keyword="가")
    began = night.clock.now()

    assert night.deliver(1, "m1") is not None

    assert timedelta(seconds=1.5) <= night.clock.now() - began <= timedelta(seconds=2.5)
    assert len(night.loader.loads) == 2
    with night.sql.read() as tx:
        assert tx.runs.count_page_loads(SCHEDULED) == 2


def test_a_page_over_which_two_browsers_ended_is_unreachable(night: Night) -> None:
    night.show(BrowserLost("the browser ended"), BrowserLost("and the next"), keyword="가")

    with pytest.raises(PageUnreachable, match="and the next") as caught:
        night.deliver(1, "m1")

    assert type(caught.value) is PageUnreachable


def test_a_page_is_not_loaded_again_once_its_surface_has_begun_to_refuse(night: Night) -> None:
    refused = unreadable(PageVerdict.BLOCKED, "captcha")
    lost = BrowserLost("the browser ended")

    def refuse_meanwhile(_key: PageKey) -> ServedPage:
        with night.sql.begin() as tx:
            circuit = tx.circuits.lock(circuit_of_page(page_key("가")))
            tx.circuits.save(replace(circuit, opened_at=NIGHT, probe_at=NIGHT + timedelta(hours=1)))
        raise lost

    night.show(refused, keyword="가")
    night.loader.serve = refuse_meanwhile
    with pytest.raises(SurfaceHeld):
        night.deliver(1, "m1")
    assert len(night.loader.loads) == 1

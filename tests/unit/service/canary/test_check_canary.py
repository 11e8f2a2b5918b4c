from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.domain.actor import SYSTEM
from sunwi.domain.canary import CHECK_TIME, CanaryCheck, CanaryKeyword, CanaryState
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.schedule import CANARY_LEAD
from sunwi.domain.tracking import Device, Kind, PageKey, Surface, Target, TrackingStatus
from sunwi.errors import Blocked, ConfigurationError, PageUnreachable, StaleEvent
from tests.examples import NIGHT, new_run, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, Night

FIRST, SECOND = "강남역 맛집", "홍대 카페"
LEAD = NIGHT - CANARY_LEAD
UNKNOWN = unreadable(PageVerdict.LAYOUT_UNKNOWN, "no section list")
REFUSED = unreadable(PageVerdict.BLOCKED, "HTTP status 403")


@pytest.fixture
def night(night: Night) -> Night:
    """Ten minutes before the run, with two keywords whose pages are fine."""
    night.clock.at = LEAD
    night.canary_keywords = (CanaryKeyword(FIRST), CanaryKeyword(SECOND))
    night.show(recognised("1"), keyword=FIRST)
    night.show(recognised("1"), keyword=SECOND)
    return night


def counts(device: Device, **found: int) -> SurfaceCounts:
    return SurfaceCounts(surface=Surface.INTEGRATED, device=device, **found)


def latest(night: Night) -> CanaryCheck | None:
    with night.sql.read() as tx:
        return tx.canaries.latest(SCHEDULED)


def test_every_keyword_is_read_on_both_devices_and_the_check_is_stored_for_the_run_that_is_due(night: Night) -> None:
    check = night.canary.scheduled(LEAD)
    assert (check.run_id, check.number, check.checked_at) == (SCHEDULED, 0, LEAD)
    assert check.surfaces == [counts(Device.MOBILE, recognised=2), counts(Device.PC, recognised=2)]
    assert check.failures == []
    assert latest(night) == check
    assert {(key.keyword, key.device) for key in night.loader.loads} == {
        (keyword, device) for keyword in (FIRST, SECOND) for device in Device
    }


def test_surfaces_that_active_trackings_use_are_read_too(night: Night) -> None:
    listed = replace(place_tracking(1), surface=Surface.PLACE_LIST)
    paused = replace(place_tracking(2), surface=Surface.BLOG_TAB, device=Device.MOBILE)
    night.track(listed, paused, place_tracking(3))
    night.manage.set_status(SYSTEM, [2], TrackingStatus.PAUSED)
    night.canary.scheduled(LEAD)
    assert {key.surface for key in night.loader.loads} == {Surface.INTEGRATED, Surface.PLACE_LIST}


def test_a_repeated_event_reads_nothing_again(night: Night) -> None:
    first = night.canary.scheduled(LEAD)
    loads = len(night.loader.loads)
    night.show(UNKNOWN, keyword=FIRST)
    assert night.canary.scheduled(LEAD) == first
    assert len(night.loader.loads) == loads


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (UNKNOWN, {"layout_unknown": 1}),
        (unreadable(PageVerdict.TRUNCATED), {"layout_unknown": 1}),
        (recognised("1", suspect=[Kind.PLACE]), {"layout_unknown": 1}),
        (unreadable(PageVerdict.RECOGNISED_EMPTY), {"layout_unknown": 1}),
        (recognised(), {"layout_unknown": 1}),
        (REFUSED, {"blocked": 1}),
        (unreadable(PageVerdict.LOGIN_WALL), {"blocked": 1}),
        (Blocked("refused at the door"), {"blocked": 1}),
        (PageUnreachable("timed out"), {"unreachable": 1}),
    ],
)
def test_what_is_no_known_answer_is_told_apart_and_explained(
    night: Night, answer: PageReading | BaseException, expected: dict[str, int]
) -> None:
    night.show(answer, keyword=SECOND)
    check = night.canary.scheduled(LEAD)
    assert check.surfaces == [counts(device, recognised=1, **expected) for device in (Device.MOBILE, Device.PC)]
    assert check.recognised_share == 0.5
    (pc, mobile) = check.failures
    assert pc.startswith(f"integrated pc {SECOND}: {next(iter(expected))}: ")
    assert mobile.startswith(f"integrated mobile {SECOND}: ")


def test_a_named_target_must_be_on_the_pages_that_show_its_kind(night: Night) -> None:
    night.track(replace(place_tracking(1), surface=Surface.BLOG_TAB))
    night.canary_keywords = (CanaryKeyword(FIRST, Target(Kind.PLACE, "7")),)
    missing = night.canary.scheduled(LEAD)
    assert [failure for failure in missing.failures if "without 7" in failure] == [
        f"integrated {device} {FIRST}: layout_unknown: recognised, but without 7" for device in Device
    ]
    night.show(recognised("1", "7"), keyword=FIRST)
    with night.sql.begin() as tx:
        tx.runs.add(replace(new_run(), canary=CanaryState.HELD, held_until=NIGHT), None)
    assert "without 7" not in "".join(night.canary.again(SCHEDULED, 1).failures)


def test_pages_that_cannot_be_read_are_kept(night: Night) -> None:
    night.show(UNKNOWN, keyword=SECOND)
    night.canary.scheduled(LEAD)
    assert [name.rpartition("/")[0] for name in night.evidence.kept] == [f"canary-{SCHEDULED}-0"] * 2


def test_a_check_is_not_lost_when_its_pages_cannot_be_kept(night: Night) -> None:
    night.evidence.is_away = True
    night.show(UNKNOWN, keyword=SECOND)
    assert len(night.canary.scheduled(LEAD).failures) == 2


def test_a_check_gives_up_after_three_refusals_in_a_row(night: Night) -> None:
    night.show(REFUSED, keyword=FIRST)
    night.show(REFUSED, keyword=SECOND)
    with capture_logs() as logs:
        check = night.canary.scheduled(LEAD)
    assert len(night.loader.loads) == 3
    assert (check.recognised_share, sum(counts.blocked for counts in check.surfaces)) == (0, 3)
    (entry,) = [entry for entry in logs if entry["event"] == "canary_ended_early"]
    assert (entry["opened"], entry["wanted"]) == (3, 4)


def test_refusals_apart_from_each_other_do_not_end_a_check(night: Night) -> None:
    night.show(REFUSED, recognised("1"), keyword=FIRST)
    night.show(REFUSED, recognised("1"), keyword=SECOND)
    assert sum(counts.pages for counts in night.canary.scheduled(LEAD).surfaces) == 4


@pytest.mark.parametrize(("late", "left"), [(timedelta(), CHECK_TIME), (timedelta(minutes=9), timedelta(minutes=1))])
def test_a_check_ends_with_its_time_and_before_its_run(night: Night, late: timedelta, left: timedelta) -> None:
    night.clock.at = LEAD + late
    night.load_time = left / 2
    check = night.canary.scheduled(LEAD)
    assert sum(counts.pages for counts in check.surfaces) == 2
    assert {counts.device for counts in check.surfaces} == set(Device)


def test_an_event_whose_run_is_due_is_refused_and_no_page_is_opened(night: Night) -> None:
    night.clock.at = NIGHT
    with pytest.raises(StaleEvent, match="is due already"):
        night.canary.scheduled(LEAD)
    assert night.loader.loads == []


def test_a_run_that_was_started_early_is_not_disturbed(night: Night) -> None:
    night.start(place_tracking())
    with pytest.raises(StaleEvent, match="has started already"):
        night.canary.scheduled(LEAD)
    assert (night.loader.loads, latest(night)) == ([], None)


def test_only_a_held_run_is_checked_again_and_each_number_once(night: Night) -> None:
    with pytest.raises(StaleEvent, match="is not held"):
        night.canary.again(SCHEDULED, 1)
    with night.sql.begin() as tx:
        tx.runs.add(replace(new_run(), canary=CanaryState.HELD, held_until=NIGHT), None)
    check = night.canary.again(SCHEDULED, 1)
    night.show(UNKNOWN, keyword=FIRST)
    assert night.canary.again(SCHEDULED, 1) == check
    assert night.canary.again(SCHEDULED, 2).recognised_share == 0.5
    assert latest(night) == night.canary.again(SCHEDULED, 2)
    with night.sql.begin() as tx:
        tx.runs.set_released(SCHEDULED, CanaryState.RECOGNISED, at=NIGHT)
    with pytest.raises(StaleEvent, match="is not held"):
        night.canary.again(SCHEDULED, 3)


def test_a_canary_without_a_browser_fails_and_stores_nothing(night: Night) -> None:
    night.show(ConfigurationError("no browser could be started"), keyword=FIRST)
    with pytest.raises(ConfigurationError):
        night.canary.scheduled(LEAD)
    assert latest(night) is None


def test_the_shares_are_published_and_logged(night: Night) -> None:
    night.show(UNKNOWN, recognised("1"), keyword=SECOND)
    with capture_logs() as logs:
        night.canary.scheduled(LEAD)
    assert night.metrics.published == [
        ("integrated-mobile", "CanaryRecognisedShare", 1.0),
        ("integrated-pc", "CanaryRecognisedShare", 0.5),
        ("worst", "CanaryRecognisedShare", 0.5),
    ]
    (entry,) = [entry for entry in logs if entry["event"] == "canary_checked"]
    assert (entry["run_id"], entry["number"], entry["recognised_share"]) == (SCHEDULED, 0, 0.5)


def test_a_midnight_run_is_checked_on_the_day_before(night: Night) -> None:
    night.clock.at = NIGHT - timedelta(hours=1, minutes=10)
    assert night.canary.scheduled(night.clock.at).run_id == SCHEDULED
    assert {key.location for key in night.loader.loads} == {""}
    assert isinstance(night.loader.loads[0], PageKey)

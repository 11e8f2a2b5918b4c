import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.recognition import PageFinding, SurfaceCounts, count_findings, finding_of
from sunwi.domain.tracking import Device, Kind, Surface
from tests.examples import recognised, unreadable

COUNTS = st.integers(min_value=0, max_value=500)


def counts(**found: int) -> SurfaceCounts:
    return SurfaceCounts(surface=Surface.INTEGRATED, device=Device.PC, **found)


@pytest.mark.parametrize(
    ("reading", "finding"),
    [
        (recognised("1"), PageFinding.RECOGNISED),
        (recognised("1", absent=[Kind.CAFE]), PageFinding.RECOGNISED),
        (recognised("1", suspect=[Kind.PLACE]), PageFinding.LAYOUT_UNKNOWN),
        (unreadable(PageVerdict.RECOGNISED_EMPTY), PageFinding.RECOGNISED),
        (unreadable(PageVerdict.BLOCKED), PageFinding.BLOCKED),
        (unreadable(PageVerdict.LOGIN_WALL), PageFinding.BLOCKED),
        (unreadable(PageVerdict.LAYOUT_UNKNOWN), PageFinding.LAYOUT_UNKNOWN),
        (unreadable(PageVerdict.TRUNCATED), PageFinding.LAYOUT_UNKNOWN),
    ],
)
def test_a_page_counts_as_recognised_only_when_nothing_of_it_is_in_doubt(
    reading: PageReading, finding: PageFinding
) -> None:
    assert finding_of(reading) is finding


def test_refused_pages_say_nothing_about_the_layout() -> None:
    refused = counts(recognised=5, blocked=95)
    assert (refused.has_layout_alarm, refused.has_block_alarm) == (False, True)
    assert refused.recognised_of_served == 1
    assert refused.recognised_share == pytest.approx(0.05)


def test_a_changed_layout_is_no_block() -> None:
    changed = counts(recognised=5, layout_unknown=95)
    assert (changed.has_layout_alarm, changed.has_block_alarm) == (True, False)


@pytest.mark.parametrize(("unknown", "alarm"), [(0, False), (10, False), (11, True), (100, True)])
def test_the_layout_alarm_goes_off_below_nine_tenths(*, unknown: int, alarm: bool) -> None:
    assert counts(recognised=100 - unknown, layout_unknown=unknown).has_layout_alarm is alarm


@pytest.mark.parametrize(("blocked", "alarm"), [(0, False), (10, False), (11, True), (100, True)])
def test_the_block_alarm_goes_off_above_a_tenth(*, blocked: int, alarm: bool) -> None:
    assert counts(recognised=100 - blocked, blocked=blocked).has_block_alarm is alarm


def test_a_surface_that_served_nothing_has_no_layout_alarm() -> None:
    away = counts(unreachable=9)
    assert (away.has_layout_alarm, away.has_block_alarm, away.recognised_share) == (False, False, 0)


@given(recognised=COUNTS, blocked=COUNTS, layout_unknown=COUNTS, unreachable=COUNTS)
def test_every_page_has_one_finding_and_every_share_lies_between_none_and_all(**found: int) -> None:
    made = counts(**found)
    assert made.pages == sum(found.values())
    assert all(0 <= share <= 1 for share in (made.recognised_share, made.recognised_of_served, made.blocked_share))
    assert SurfaceCounts.from_document(json.loads(json.dumps(made.as_document()))) == made


def test_pages_are_counted_per_surface_and_device() -> None:
    found = [
        (Surface.PLACE_LIST, Device.PC, PageFinding.BLOCKED),
        (Surface.INTEGRATED, Device.PC, PageFinding.RECOGNISED),
        (Surface.INTEGRATED, Device.MOBILE, PageFinding.UNREACHABLE),
        (Surface.INTEGRATED, Device.PC, PageFinding.LAYOUT_UNKNOWN),
    ]
    assert count_findings(found) == [
        SurfaceCounts(surface=Surface.INTEGRATED, device=Device.MOBILE, unreachable=1),
        SurfaceCounts(surface=Surface.INTEGRATED, device=Device.PC, recognised=1, layout_unknown=1),
        SurfaceCounts(surface=Surface.PLACE_LIST, device=Device.PC, blocked=1),
    ]

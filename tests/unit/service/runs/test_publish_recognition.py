import pytest
from structlog.testing import capture_logs

from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import Kind
from sunwi.errors import SunwiError
from sunwi.testing import InMemoryMetrics
from tests.examples import place_tracking, recognised, unreadable
from tests.night import SCHEDULED, Night

BLOCKED = unreadable(PageVerdict.BLOCKED)
UNKNOWN = unreadable(PageVerdict.LAYOUT_UNKNOWN)


def measure(night: Night, *readings: PageReading, run_id: str = SCHEDULED) -> None:
    """Look once at a page of each reading."""
    for number, reading in enumerate(readings, start=1):
        night.show(reading, keyword=f"말 {number}")
        try:
            night.deliver(number, run_id=run_id)
        except SunwiError:
            continue


@pytest.fixture
def night(night: Night) -> Night:
    night.start(*(place_tracking(1, f"말 {number}") for number in range(1, 11)))
    return night


def shares(night: Night) -> dict[tuple[str, str], float]:
    return {(surface, name): value for surface, name, value in night.metrics.published}


def test_a_changed_layout_is_told_apart_from_a_block(night: Night) -> None:
    measure(night, *[recognised("1")] * 4, *[UNKNOWN] * 2, *[BLOCKED] * 2, recognised("1", suspect=[Kind.PLACE]))
    with capture_logs() as logs:
        summary = night.close.summarise(SCHEDULED)
    (surface,) = summary["surfaces"]
    assert surface == {
        "surface": "integrated",
        "device": "pc",
        "pages": 9,
        "recognised": 4,
        "blocked": 2,
        "layout_unknown": 3,
        "unreachable": 0,
        "recognised_share": 0.4444,
        "recognised_of_served": 0.5714,
        "blocked_share": 0.2222,
    }
    expected = {"RecognisedShare": pytest.approx(4 / 7), "BlockedShare": pytest.approx(2 / 9)}
    assert shares(night) == {
        (name, figure): value for name in ("integrated-pc", "worst") for figure, value in expected.items()
    }
    warnings = [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    assert warnings == ["batch_mostly_unmeasured", "layout_changed", "surface_blocked"]


def test_a_good_night_publishes_full_shares_and_warns_of_nothing(night: Night) -> None:
    measure(night, *[recognised("1")] * 10)
    with capture_logs() as logs:
        night.close.summarise(SCHEDULED)
    assert set(shares(night).values()) == {1.0, 0.0}
    assert [entry["event"] for entry in logs] == ["batch_completed"]


def test_a_repeated_close_publishes_again_since_the_first_may_have_been_lost(night: Night) -> None:
    measure(night, UNKNOWN)
    night.close.summarise(SCHEDULED)
    first = list(night.metrics.published)
    night.close.summarise(SCHEDULED)
    assert night.metrics.published == first * 2


def test_a_failed_run_says_what_it_could_read(night: Night) -> None:
    measure(night, UNKNOWN)
    night.close.fail(SCHEDULED, "States.Timeout")
    assert shares(night)["worst", "RecognisedShare"] == 0


def test_a_run_that_opened_no_page_publishes_nothing(night: Night) -> None:
    night.close.summarise(SCHEDULED)
    assert night.metrics.published == []


def test_one_new_trackings_page_is_no_surface(night: Night) -> None:
    run = night.dispatch.started(RunKind.ON_DEMAND, [1], request_id="0" * 8)
    measure(night, UNKNOWN, run_id=run.id)
    summary = night.close.summarise(run.id)
    assert summary["surfaces"][0]["layout_unknown"] == 1
    assert night.metrics == InMemoryMetrics()

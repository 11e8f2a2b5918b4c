"""The hours in which the watchdog looks: every start of a run, every batch timeout, every minute it may be woken at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from infra.local.stack.localise import read_template
from sunwi.domain.check_times import CheckTimes
from sunwi.domain.schedule import KST
from sunwi.domain.watch import CHECK_MARGIN, planned_start, watched_day

TIMEOUTS = [int(value) for value in read_template()["Parameters"]["CrawlBatchTimeout"]["AllowedValues"]]
DAY = date(2026, 1, 2)
HOUR = timedelta(hours=1)


def times(hour: int, minute: int, timeout: int) -> CheckTimes:
    return CheckTimes(hour=hour, minute=minute, batch_timeout=timedelta(seconds=timeout))


def checks_of_a_day(found: CheckTimes, *, woken_after: timedelta) -> list[datetime]:
    """Wake once an hour for a day from the start of a run on, and give when that was for a look."""
    start = planned_start(DAY, hour=found.hour, minute=found.minute)
    wakings = [start + woken_after + number * HOUR for number in range(24)]
    return [at for at in wakings if found.is_due(at)]


@pytest.mark.parametrize("timeout", TIMEOUTS)
@pytest.mark.parametrize("hour", range(24))
def test_it_looks_twice_a_day_once_the_run_is_over_and_once_more_after_a_run_that_it_started(
    hour: int, timeout: int
) -> None:
    for minute in (0, 1, 29, 59):
        found = times(hour, minute, timeout)
        start = planned_start(DAY, hour=hour, minute=minute)
        first, second = checks_of_a_day(found, woken_after=timedelta(0))
        needed = timedelta(seconds=timeout) + CHECK_MARGIN
        assert needed <= first - start < needed + HOUR
        assert second - first == first - start


@pytest.mark.parametrize("timeout", TIMEOUTS)
@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(minutes=30), HOUR - timedelta(seconds=1)])
def test_whenever_within_the_hour_it_is_woken_each_look_is_made_exactly_once(timeout: int, late: timedelta) -> None:
    for hour in range(24):
        found = times(hour, 17, timeout)
        on_time = checks_of_a_day(found, woken_after=timedelta(0))
        assert checks_of_a_day(found, woken_after=late) == [at + late for at in on_time]


@pytest.mark.parametrize("timeout", TIMEOUTS)
@pytest.mark.parametrize("hour", range(24))
def test_both_looks_are_at_the_day_whose_run_they_follow(hour: int, timeout: int) -> None:
    for at in checks_of_a_day(times(hour, 59, timeout), woken_after=timedelta(0)):
        assert watched_day(at, hour=hour, minute=59) == DAY


@pytest.mark.parametrize(
    ("timeout", "hours"),
    [(20, 1), (60, 1), (300, 1), (900, 1), (1800, 1), (3600, 2), (7200, 3), (10800, 4), (14400, 5)],
)
def test_the_first_look_waits_for_the_longest_run_and_half_an_hour(timeout: int, hours: int) -> None:
    assert times(1, 0, timeout).gap == hours * HOUR


def test_by_default_it_looks_at_three_and_at_five_in_the_morning() -> None:
    parameters = read_template()["Parameters"]
    hour, minute, timeout = (
        parameters[name]["Default"] for name in ("CrawlScheduleHour", "CrawlScheduleMinute", "CrawlBatchTimeout")
    )
    looks = checks_of_a_day(times(hour, minute, timeout), woken_after=timedelta(0))
    assert [at.astimezone(KST).time().isoformat() for at in looks] == ["03:00:00", "05:00:00"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-01T16:00:00+00:00", "2026-01-01T18:00:00+00:00"),
        ("2026-01-01T18:00:00+00:00", "2026-01-01T20:00:00+00:00"),
        ("2026-01-01T20:00:00+00:00", "2026-01-02T18:00:00+00:00"),
        ("2026-01-02T15:59:59+00:00", "2026-01-02T18:00:00+00:00"),
    ],
)
def test_the_next_check_is_the_next_of_the_two(at: str, expected: str) -> None:
    found = times(1, 0, 3600).next_check(datetime.fromisoformat(at))
    assert (found.isoformat(), found.tzinfo) == (expected, UTC)


@pytest.mark.parametrize("hour", range(24))
def test_the_next_check_is_one_that_is_due_when_it_comes(hour: int) -> None:
    for timeout in TIMEOUTS:
        found = times(hour, 30, timeout)
        at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
        assert found.is_due(found.next_check(at))
        between = (at + number * HOUR for number in range(24))
        assert [moment for moment in between if moment + HOUR <= found.next_check(at) and found.is_due(moment)] in (
            [],
            [at],
        )

"""The next times of every form, in Korean time: over midnight, month ends, years, and leap days."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
    LONGEST_INTERVAL_MINUTES,
    Daily,
    Every,
    Hourly,
    Interval,
    Monthly,
    Once,
    Unreadable,
    Weekday,
    Weekly,
    When,
    at_minute,
    every,
    next_times,
    on_day,
    once,
)
from sunwi.errors import InvalidInput

MIDNIGHT, THREE = time(0, 0), time(3, 0)
SUNDAY = frozenset({Weekday.SUNDAY})
WORKING_DAYS = frozenset(set(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY})


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KST)


@pytest.mark.parametrize(
    ("when", "after", "expected"),
    [
        # Over midnight in Korea, which is 15:00 UTC of the day before.
        (Daily(MIDNIGHT), "2026-01-01 23:59:59", ["2026-01-02 00:00", "2026-01-03 00:00"]),
        (Daily(MIDNIGHT), "2026-01-02 00:00", ["2026-01-03 00:00", "2026-01-04 00:00"]),
        (Daily(MIDNIGHT), "2026-01-02 00:00:01", ["2026-01-03 00:00", "2026-01-04 00:00"]),
        (Daily(time(23, 59)), "2026-01-01 23:58", ["2026-01-01 23:59", "2026-01-02 23:59"]),
        (Daily(time(8, 59)), "2026-01-01 08:59", ["2026-01-02 08:59", "2026-01-03 08:59"]),
        (Daily(THREE), "2026-12-31 03:00", ["2027-01-01 03:00", "2027-01-02 03:00"]),
        (Daily(THREE), "2028-02-28 12:00", ["2028-02-29 03:00", "2028-03-01 03:00"]),
        (Daily(THREE), "2027-02-28 12:00", ["2027-03-01 03:00", "2027-03-02 03:00"]),
        # Days of the week: 2026-01-04 is a Sunday in Korea, and until 09:00 a Saturday in UTC.
        (Weekly(SUNDAY, MIDNIGHT), "2026-01-03 23:59", ["2026-01-04 00:00", "2026-01-11 00:00"]),
        (Weekly(SUNDAY, MIDNIGHT), "2026-01-04 00:00", ["2026-01-11 00:00", "2026-01-18 00:00"]),
        (Weekly(SUNDAY, time(8, 30)), "2026-01-04 00:00", ["2026-01-04 08:30", "2026-01-11 08:30"]),
        (
            Weekly(WORKING_DAYS, time(18, 0)),
            "2026-01-01 18:00",
            ["2026-01-02 18:00", "2026-01-05 18:00", "2026-01-06 18:00"],
        ),
        (
            Weekly(frozenset({Weekday.MONDAY, Weekday.WEDNESDAY}), THREE),
            "2026-12-28 03:00",
            ["2026-12-30 03:00", "2027-01-04 03:00"],
        ),
        # Days of the month.
        (Monthly(1, MIDNIGHT), "2026-01-31 23:59", ["2026-02-01 00:00", "2026-03-01 00:00"]),
        (Monthly(28, THREE), "2026-01-28 03:00", ["2026-02-28 03:00", "2026-03-28 03:00"]),
        (
            Monthly(LAST_DAY, MIDNIGHT),
            "2026-01-31 00:00",
            ["2026-02-28 00:00", "2026-03-31 00:00", "2026-04-30 00:00", "2026-05-31 00:00"],
        ),
        (Monthly(LAST_DAY, MIDNIGHT), "2028-02-01 00:00", ["2028-02-29 00:00", "2028-03-31 00:00"]),
        (Monthly(LAST_DAY, time(23, 59)), "2028-02-29 23:58", ["2028-02-29 23:59", "2028-03-31 23:59"]),
        (Monthly(LAST_DAY, MIDNIGHT), "2100-02-01 00:00", ["2100-02-28 00:00", "2100-03-31 00:00"]),
        (Monthly(LAST_DAY, time(8, 0)), "2026-12-31 08:00", ["2027-01-31 08:00", "2027-02-28 08:00"]),
        # Hours and parts of them.
        (Hourly(30), "2026-01-01 23:30", ["2026-01-02 00:30", "2026-01-02 01:30"]),
        (Hourly(0), "2026-02-28 23:00", ["2026-03-01 00:00", "2026-03-01 01:00"]),
        (Every(15), "2026-01-01 23:45", ["2026-01-02 00:00", "2026-01-02 00:15"]),
        (Every(15, 5), "2026-01-01 23:50", ["2026-01-02 00:05", "2026-01-02 00:20"]),
        (Every(1), "2026-01-01 23:58:30", ["2026-01-01 23:59", "2026-01-02 00:00"]),
        (Every(360), "2026-01-01 18:00", ["2026-01-02 00:00", "2026-01-02 06:00"]),
        (Every(360, 150), "2026-01-01 20:30", ["2026-01-02 02:30", "2026-01-02 08:30"]),
        # Counted from a beginning, whatever the clock shows.
        (Interval(45, kst("2026-01-01 22:50")), "2026-01-01 10:00", ["2026-01-01 22:50", "2026-01-01 23:35"]),
        (Interval(45, kst("2026-01-01 22:50")), "2026-01-01 22:50", ["2026-01-01 23:35", "2026-01-02 00:20"]),
        (Interval(45, kst("2026-01-01 22:50")), "2026-01-01 23:36", ["2026-01-02 00:20", "2026-01-02 01:05"]),
        (Interval(7 * 1440, kst("2026-01-25 09:00")), "2026-01-25 09:00", ["2026-02-01 09:00", "2026-02-08 09:00"]),
        (Interval(45, None), "2026-01-01 00:00", []),
        # Once, and never again.
        (Once(kst("2026-01-02 00:00")), "2026-01-01 23:59:59", ["2026-01-02 00:00"]),
        (Once(kst("2026-01-02 00:00")), "2026-01-02 00:00", []),
        (Unreadable("cron(0 3 15W * ? *)", "Asia/Seoul"), "2026-01-01 00:00", []),
    ],
)
def test_the_next_times_of_each_form(when: When, after: str, expected: list[str]) -> None:
    wanted = max(2, len(expected))
    found = next_times(when, after=kst(after), count=wanted)
    assert list(found) == [kst(each) for each in expected]
    assert all(at.tzinfo is UTC for at in found)
    assert list(next_times(when, after=kst(after))) == [kst(each) for each in expected[:1]]


@pytest.mark.parametrize(("day", "kept"), [(1, 1), (28, 28), (29, LAST_DAY), (30, LAST_DAY), (31, LAST_DAY)])
def test_a_day_that_not_every_month_has_is_the_last_one(day: int, kept: int) -> None:
    assert on_day(day, THREE) == Monthly(kept, THREE)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (1, Every(1)),
        (15, Every(15)),
        (30, Every(30)),
        (60, Hourly(0)),
        (120, Every(120)),
        (720, Every(720)),
        (1440, Daily(MIDNIGHT)),
        (45, Interval(45, kst("2026-01-01 23:45"))),
        (90, Interval(90, kst("2026-01-02 00:30"))),
        (300, Interval(300, kst("2026-01-02 04:00"))),
        (2880, Interval(2880, kst("2026-01-03 23:00"))),
    ],
)
def test_minutes_apart_follow_the_clock_where_they_divide_it_and_are_counted_where_not(
    minutes: int, expected: When
) -> None:
    assert every(minutes, now=kst("2026-01-01 23:00:42")) == expected


@pytest.mark.parametrize("minutes", [0, -5, LONGEST_INTERVAL_MINUTES + 1])
def test_an_interval_of_no_minute_or_of_more_than_a_month_is_refused(minutes: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        every(minutes, now=kst("2026-01-01 00:00"))
    assert refused.value.code == "when_interval_unusable"


def test_days_and_minutes_that_no_calendar_and_no_clock_has_are_refused() -> None:
    for day in (0, 32):
        with pytest.raises(InvalidInput) as of_day:
            on_day(day, THREE)
        assert of_day.value.code == "when_day_unusable"
    for minute in (-1, 60):
        with pytest.raises(InvalidInput) as of_minute:
            at_minute(minute)
        assert of_minute.value.code == "when_minute_unusable"


def test_a_single_time_that_has_gone_by_is_refused() -> None:
    at = kst("2026-01-02 00:00")
    assert once(at, now=at - timedelta(seconds=1)) == Once(at)
    with pytest.raises(InvalidInput) as refused:
        once(at, now=at)
    assert refused.value.code == "when_past"


clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
forms = st.one_of(
    st.builds(Daily, clocks),
    st.builds(Weekly, st.frozensets(st.sampled_from(Weekday), min_size=1, max_size=6), clocks),
    st.builds(Monthly, st.sampled_from([*range(1, 29), LAST_DAY]), clocks),
    st.builds(Hourly, st.integers(0, 59)),
    st.sampled_from([Every(minutes) for minutes in (1, 2, 5, 10, 15, 20, 30, 120, 180, 240, 360, 480, 720)]),
)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2110, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside it


@given(when=forms, after=instants)
def test_times_follow_each_other_without_a_gap_however_they_are_asked_for(when: When, after: datetime) -> None:
    together = list(next_times(when, after=after, count=4))
    one_by_one = []
    at = after
    for _ in range(4):
        (at,) = next_times(when, after=at)
        one_by_one.append(at)
    assert together == one_by_one
    assert together[0] > after
    assert all(
        later - earlier <= timedelta(days=31) for earlier, later in zip([after, *together], together, strict=False)
    )

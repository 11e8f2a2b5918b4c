from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.schedule import KST, business_date, check_event_time, check_schedule, end_of_day
from sunwi.errors import ConfigurationError, StaleEvent

INSTANTS = st.datetimes(min_value=datetime(2020, 1, 2), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def test_the_korean_date_changes_at_15_utc() -> None:
    assert business_date(datetime(2026, 1, 1, 14, 59, 59, 999_999, tzinfo=UTC)) == date(2026, 1, 1)
    assert business_date(datetime(2026, 1, 1, 15, 0, tzinfo=UTC)) == date(2026, 1, 2)


@given(INSTANTS)
def test_an_instant_lies_between_the_ends_of_its_date_and_the_one_before(at: datetime) -> None:
    day = business_date(at)
    assert end_of_day(day - timedelta(days=1)) <= at < end_of_day(day)
    assert business_date(end_of_day(day)) == day + timedelta(days=1)


@given(
    hour=st.integers(0, 23), minute=st.integers(0, 59), timeout=st.integers(1, 90_000), day=st.dates(date(2020, 1, 1))
)
def test_a_schedule_is_accepted_exactly_if_its_run_ends_on_its_own_date(
    hour: int, minute: int, timeout: int, day: date
) -> None:
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=KST)
    crosses = start + timedelta(seconds=timeout) > end_of_day(day) if day < date(9999, 12, 30) else None
    if crosses is None:
        return
    if crosses:
        with pytest.raises(ConfigurationError, match="CRAWL_BATCH_TIMEOUT"):
            check_schedule(hour=hour, minute=minute, batch_timeout_seconds=timeout)
    else:
        check_schedule(hour=hour, minute=minute, batch_timeout_seconds=timeout)
        assert business_date(start + timedelta(seconds=timeout, microseconds=-1)) == day


@pytest.mark.parametrize(("hour", "minute", "name"), [(24, 0, "HOUR"), (-1, 0, "HOUR"), (1, 60, "MINUTE")])
def test_an_hour_or_minute_that_no_clock_shows_is_refused_by_name(hour: int, minute: int, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"CRAWL_SCHEDULE_{name} is "):
        check_schedule(hour=hour, minute=minute, batch_timeout_seconds=60)


def test_the_refusal_of_a_late_schedule_names_the_time_that_is_left() -> None:
    with pytest.raises(ConfigurationError, match="at most 1800 s"):
        check_schedule(hour=23, minute=30, batch_timeout_seconds=3600)


@given(event=INSTANTS, age_seconds=st.integers(-1000, 90_000))
def test_a_fresh_event_names_its_own_korean_date_and_any_other_is_refused(event: datetime, age_seconds: int) -> None:
    now = event + timedelta(seconds=age_seconds)
    is_fresh = -300 <= age_seconds <= 3600 and business_date(event) == business_date(now)
    if is_fresh:
        assert check_event_time(event, now=now, allow_stale=False) == business_date(event)
    else:
        with pytest.raises(StaleEvent, match=r"start a run by hand$"):
            check_event_time(event, now=now, allow_stale=False)
    assert check_event_time(event, now=now, allow_stale=True) == business_date(event)


def test_an_event_delivered_after_midnight_is_not_todays() -> None:
    event = datetime(2026, 1, 1, 14, 59, 59, tzinfo=UTC)
    with pytest.raises(StaleEvent, match="belongs to 2026-01-01 KST, and today is 2026-01-02"):
        check_event_time(event, now=event + timedelta(seconds=2), allow_stale=False)

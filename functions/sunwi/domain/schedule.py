"""Korean business dates and the daily schedule."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from sunwi.errors import ConfigurationError, StaleEvent

#: Korea Standard Time. Korea has had no summer time since 1988, so the offset is fixed.
KST = timezone(timedelta(hours=9), "KST")

#: A scheduled event older than this is refused; the rule's own maximum event age is the same.
MAX_EVENT_AGE = timedelta(hours=1)

#: The canary's rule fires so long before the daily run's.
CANARY_LEAD = timedelta(minutes=10)

_SECONDS_PER_DAY = 86_400


def business_date(at: datetime) -> date:
    """Return the KST date of an aware instant."""
    return at.astimezone(KST).date()


def end_of_day(day: date) -> datetime:
    """Return the aware UTC instant at which a KST date ends."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=KST).astimezone(UTC)


def check_schedule(*, hour: int, minute: int, batch_timeout_seconds: int) -> None:
    """Refuse a daily schedule that Sunwi could not keep.

    Args:
        hour: KST, 0–23.
        minute: 0–59.
        batch_timeout_seconds: How long a run may take.

    Raises:
        ConfigurationError: Out of range, or the run could pass 00:00 KST, where a reading would
            belong to another business date than its run.
    """
    if not 0 <= hour <= 23:  # noqa: PLR2004 - hours of a day
        raise ConfigurationError(
            f"CRAWL_SCHEDULE_HOUR is {hour}: set an hour from 0 to 23 (KST)",
            code="schedule_hour_unusable",
            hour=hour,
        )
    if not 0 <= minute <= 59:  # noqa: PLR2004 - minutes of an hour
        raise ConfigurationError(
            f"CRAWL_SCHEDULE_MINUTE is {minute}: set a minute from 0 to 59",
            code="schedule_minute_unusable",
            minute=minute,
        )
    start_seconds = hour * 3600 + minute * 60
    if start_seconds + batch_timeout_seconds > _SECONDS_PER_DAY:
        raise ConfigurationError(
            f"a run that starts at {hour:02d}:{minute:02d} KST and may take CRAWL_BATCH_TIMEOUT="
            f"{batch_timeout_seconds} s would cross midnight KST: start earlier (CRAWL_SCHEDULE_HOUR, "
            f"CRAWL_SCHEDULE_MINUTE) or allow at most {_SECONDS_PER_DAY - start_seconds} s",
            code="schedule_passes_midnight",
            hour=hour,
            minute=minute,
            seconds=batch_timeout_seconds,
            longest_seconds=_SECONDS_PER_DAY - start_seconds,
        )


def check_event_time(event_time: datetime, *, now: datetime, allow_stale: bool) -> date:
    """Return the business date of a scheduled event, if it is fresh.

    Args:
        event_time: The event's own time, aware.
        now: Aware.
        allow_stale: Take an event of any age (a setting for tests).

    Raises:
        StaleEvent: More than an hour old, from the future, or of another KST date than now.
    """
    day = business_date(event_time)
    if allow_stale:
        return day
    remedy = "to measure today start a run by hand"
    age = now - event_time
    if age > MAX_EVENT_AGE:
        raise StaleEvent(
            f"the scheduled event of {event_time.isoformat()} is {age} old, more than {MAX_EVENT_AGE}: {remedy}",
            code="event_too_old",
            event_time=event_time,
        )
    if age < -timedelta(minutes=5):
        raise StaleEvent(
            f"the scheduled event of {event_time.isoformat()} lies in the future: {remedy}",
            code="event_of_the_future",
            event_time=event_time,
        )
    if day != business_date(now):
        raise StaleEvent(
            f"the scheduled event of {event_time.isoformat()} belongs to {day} KST, and today is "
            f"{business_date(now)} KST: {remedy}",
            code="event_of_another_day",
            event_time=event_time,
            day=day,
            today=business_date(now),
        )
    return day


def check_canary_time(event_time: datetime, *, now: datetime, allow_stale: bool) -> date:
    """Return the business date of the run that a canary event comes before, if that is still to start.

    Args:
        event_time: The event's own time, aware; the run is due `CANARY_LEAD` later, perhaps on the next KST date.
        now: Aware.
        allow_stale: Take an event of any age (a setting for tests).

    Raises:
        StaleEvent: The run is due already: to read pages now would be beside it.
    """
    due = event_time + CANARY_LEAD
    if now >= due and not allow_stale:
        raise StaleEvent(
            f"the canary event of {event_time.isoformat()} is for the run of {due.isoformat()}, which is due already: "
            "it starts without the canary"
        )
    return business_date(due)

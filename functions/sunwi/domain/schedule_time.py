"""When a schedule is due: its forms, all in Korean time, and the times that each comes to.

Source: docs/schedules.md, forms.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

from sunwi.domain.schedule import KST
from sunwi.errors import InvalidInput

#: Day of a month that means its last one, however long it is: the 29th to the 31st are not in every month.
LAST_DAY = 31
#: Longest day that every month has.
LONGEST_SURE_DAY = 28

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
#: Intervals are no longer than that; what comes more rarely has a day of its month.
LONGEST_INTERVAL_MINUTES = 31 * MINUTES_PER_DAY

#: Days within which every form that comes again has come again: a month's end to the next one's.
_DAYS_AHEAD = 32


class Weekday(IntEnum):
    """Days of the week, as `date.weekday` counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at a time."""

    at: time


@dataclass(frozen=True, slots=True)
class Weekly:
    """On some days of the week at a time."""

    days: frozenset[Weekday]
    at: time


@dataclass(frozen=True, slots=True)
class Monthly:
    """On a day of the month at a time.

    Attributes:
        day: 1 to 28, or `LAST_DAY` for the last one.
    """

    day: int
    at: time


@dataclass(frozen=True, slots=True)
class Hourly:
    """Each hour at a minute."""

    minute: int


@dataclass(frozen=True, slots=True)
class Every:
    """So many minutes apart, the same each day: they divide the hour, or are hours that divide the day.

    Attributes:
        minutes: From one to the next.
        first: Minute of the day at which it is due first, less than `minutes`.
    """

    minutes: int
    first: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """So many minutes apart, whatever the clock shows.

    Attributes:
        since: From when it is counted, aware: due for the first time. None where nobody knows.
    """

    minutes: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Once:
    """One time, and never again; aware."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a person has set elsewhere, in a form that is none of these; shown as it is.

    Attributes:
        zone: Time zone that it is meant in.
    """

    expression: str
    zone: str


When = Daily | Weekly | Monthly | Hourly | Every | Interval | Once | Unreadable


def on_day(day: int, at: time) -> Monthly:
    """Return the form of a day of each month; 29, 30 and 31 are its last one.

    Raises:
        InvalidInput: No month has that day.
    """
    if not 1 <= day <= LAST_DAY:
        raise InvalidInput(
            f"no month has a day {day}: use 1 to {LAST_DAY}", code="when_day_unusable", day=day, most=LAST_DAY
        )
    return Monthly(day if day <= LONGEST_SURE_DAY else LAST_DAY, at)


def at_minute(minute: int) -> Hourly:
    """Return the form of a minute of each hour.

    Raises:
        InvalidInput: No hour has that minute.
    """
    if not 0 <= minute < MINUTES_PER_HOUR:
        raise InvalidInput(
            f"no hour has a minute {minute}: use 0 to {MINUTES_PER_HOUR - 1}",
            code="when_minute_unusable",
            minute=minute,
            most=MINUTES_PER_HOUR - 1,
        )
    return Hourly(minute)


def every(minutes: int, *, now: datetime) -> Daily | Hourly | Every | Interval:
    """Return the form of so many minutes apart: by the clock where they divide hour or day, else counted from now on.

    Args:
        minutes: From one to the next.
        now: Aware; what is counted is due for the first time one interval later, to the minute.

    Raises:
        InvalidInput: It is no minute, or longer than a month.
    """
    if not 1 <= minutes <= LONGEST_INTERVAL_MINUTES:
        raise InvalidInput(
            f"{minutes} minutes are no interval: use 1 to {LONGEST_INTERVAL_MINUTES}",
            code="when_interval_unusable",
            minutes=minutes,
            most=LONGEST_INTERVAL_MINUTES,
        )
    if minutes == MINUTES_PER_DAY:
        return Daily(time())
    if minutes == MINUTES_PER_HOUR:
        return Hourly(0)
    if divides_the_clock(minutes):
        return Every(minutes)
    return Interval(minutes, to_the_minute(now) + timedelta(minutes=minutes))


def divides_the_clock(minutes: int) -> bool:
    """Return whether minutes divide an hour, or are hours that divide a day."""
    if minutes < MINUTES_PER_HOUR:
        return MINUTES_PER_HOUR % minutes == 0
    return minutes % MINUTES_PER_HOUR == 0 and MINUTES_PER_DAY % minutes == 0


def once(at: datetime, *, now: datetime) -> Once:
    """Return the form of one time.

    Args:
        at: Aware.
        now: Aware.

    Raises:
        InvalidInput: It has gone by.
    """
    if at <= now:
        raise InvalidInput(
            f"{at.astimezone(KST).isoformat()} has gone by: use a time that is to come", code="when_past", at=at
        )
    return Once(at.astimezone(UTC))


def to_the_minute(at: datetime) -> datetime:
    """Cut off an instant's seconds."""
    return at.replace(second=0, microsecond=0)


def next_times(when: When, *, after: datetime, count: int = 1) -> Sequence[datetime]:
    """Return the next times at which a schedule is due; fewer of one that ends, none of one that nobody can read.

    Args:
        when: Its form.
        after: Aware; a schedule that is due at that very instant is due again later.
        count: So many at most.

    Returns:
        Aware UTC, in order.
    """
    match when:
        case Once(at):
            return [at.astimezone(UTC)][:count] if at > after else []
        case Interval(minutes, since):
            return [] if since is None else _counted(timedelta(minutes=minutes), since, after, count)
        case Unreadable():
            return []
    found: list[datetime] = []
    day = after.astimezone(KST).date()
    for _ in range(_DAYS_AHEAD * count):
        found += [at for at in _on(when, day) if at > after]
        if len(found) >= count:
            break
        day += timedelta(days=1)
    return found[:count]


def _counted(step: timedelta, since: datetime, after: datetime, count: int) -> list[datetime]:
    passed = max(0, (after - since) // step + 1)
    return [(since + (passed + number) * step).astimezone(UTC) for number in range(count)]


def _on(when: Daily | Weekly | Monthly | Hourly | Every, day: date) -> Iterable[datetime]:
    """Return the instants of a KST date, in order."""
    midnight = datetime.combine(day, time(), tzinfo=KST).astimezone(UTC)
    return [midnight + timedelta(minutes=minute) for minute in _minutes(when, day)]


def _minutes(when: Daily | Weekly | Monthly | Hourly | Every, day: date) -> Iterable[int]:
    """Return the minutes of a KST date, in order."""
    match when:
        case Daily(at):
            return [minute_of_day(at)]
        case Weekly(days, at):
            return [minute_of_day(at)] if day.weekday() in days else []
        case Monthly(wanted, at):
            last = monthrange(day.year, day.month)[1]
            return [minute_of_day(at)] if day.day == (last if wanted == LAST_DAY else wanted) else []
        case Hourly(minute):
            return range(minute, MINUTES_PER_DAY, MINUTES_PER_HOUR)
        case Every(minutes, first):
            return range(first, MINUTES_PER_DAY, minutes)


def minute_of_day(at: time) -> int:
    """Count the minutes since midnight."""
    return at.hour * MINUTES_PER_HOUR + at.minute

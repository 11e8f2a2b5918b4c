"""Forms of a schedule as EventBridge Scheduler writes them: `cron(…)`, `rate(…)`, `at(…)`.

Source: docs/aws.md, schedules. Fields of a cron: minutes, hours, day of the month, month, day of the week, year.
"""

import re
from datetime import datetime, time

from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
    LONGEST_SURE_DAY,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
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
)

#: Time zone of every expression that Sunwi writes.
ZONE = "Asia/Seoul"

_DAYS = {day: day.name[:3] for day in Weekday}
_DAY_OF_NAME = {name: day for day, name in _DAYS.items()}

_CALL = re.compile(r"(cron|rate|at)\((.+)\)")
_RATE = re.compile(r"(\d{1,6}) (minute|hour|day)s?")
_STEP = re.compile(r"(\d{1,2}|\*)/(\d{1,2})")
_UNITS = {"minute": 1, "hour": MINUTES_PER_HOUR, "day": MINUTES_PER_DAY}


def write_expression(when: When) -> str:
    """Write a form, to be read in `ZONE`."""
    match when:
        case Interval(minutes):
            text = f"rate({minutes} {'minute' if minutes == 1 else 'minutes'})"
        case Once(at):
            text = f"at({at.astimezone(KST):%Y-%m-%dT%H:%M:%S})"
        case Unreadable(expression):
            text = expression
        case _:
            text = f"cron({_write_cron(when)})"
    return text


def _write_cron(when: Daily | Weekly | Monthly | Hourly | Every) -> str:
    match when:
        case Daily(at):
            fields = f"{at.minute} {at.hour} * * ? *"
        case Weekly(days, at):
            fields = f"{at.minute} {at.hour} ? * {','.join(_DAYS[day] for day in sorted(days))} *"
        case Monthly(day, at):
            fields = f"{at.minute} {at.hour} {'L' if day == LAST_DAY else day} * ? *"
        case Hourly(minute):
            fields = f"{minute} * * * ? *"
        case Every(minutes, first) if minutes < MINUTES_PER_HOUR:
            fields = f"{first}/{minutes} * * * ? *"
        case Every(minutes, first):
            hour, minute = divmod(first, MINUTES_PER_HOUR)
            fields = f"{minute} {hour}/{minutes // MINUTES_PER_HOUR} * * ? *"
    return fields


def read_expression(expression: str, zone: str, *, since: datetime | None) -> When:
    """Read an expression, whoever has written it.

    Args:
        expression: As the scheduler keeps it.
        zone: Time zone that it is meant in; of others than `ZONE` intervals alone are read.
        since: When it is due for the first time, aware; None where that is not set.
    """
    text = " ".join(expression.split())
    unreadable = Unreadable(text, zone)
    if (call := _CALL.fullmatch(text)) is None:
        return unreadable
    kind, body = call.groups()
    if kind == "rate":
        found = _RATE.fullmatch(body)
        return Interval(int(found[1]) * _UNITS[found[2]], since) if found and int(found[1]) else unreadable
    if zone != ZONE:
        return unreadable
    return (_read_at(body) if kind == "at" else _read_cron(body.split())) or unreadable


def _read_at(body: str) -> Once | None:
    try:
        return Once(datetime.fromisoformat(body).replace(tzinfo=KST))
    except ValueError:
        return None


def _read_cron(fields: list[str]) -> When | None:
    if len(fields) != 6 or fields[3] != "*" or fields[5] != "*":  # noqa: PLR2004 - fields of a cron
        return None
    minute, hour, day, _, weekday, _ = fields
    is_each_day = {day, weekday} == {"*", "?"}
    if is_each_day and not (minute.isdecimal() and hour.isdecimal()):
        return _read_within_days(minute, hour)
    at = _read_clock(minute, hour)
    if at is None:
        return None
    if is_each_day:
        return Daily(at)
    if day == "?":
        days = _read_weekdays(weekday)
        return Weekly(days, at) if days else None
    return _read_monthly(day, at) if weekday == "?" else None


def _read_within_days(minute: str, hour: str) -> Hourly | Every | None:
    """Read what is due several times each day."""
    if hour == "*":
        if minute.isdecimal():
            return Hourly(int(minute)) if int(minute) < MINUTES_PER_HOUR else None
        first, step = _read_step(minute, MINUTES_PER_HOUR)
        return Every(step, first) if step else None
    first, step = _read_step(hour, MINUTES_PER_DAY // MINUTES_PER_HOUR)
    if not step or not minute.isdecimal() or int(minute) >= MINUTES_PER_HOUR:
        return None
    return Every(step * MINUTES_PER_HOUR, first * MINUTES_PER_HOUR + int(minute))


def _read_step(field: str, whole: int) -> tuple[int, int]:
    """Read `first/step` where the steps divide the whole, so that they are the same each time; a step of 0 is none."""
    found = _STEP.fullmatch(field)
    if found is None:
        return 0, 0
    first, step = 0 if found[1] == "*" else int(found[1]), int(found[2])
    divides = 0 < step < whole and whole % step == 0
    return (first, step) if divides and first < step else (0, 0)


def _read_clock(minute: str, hour: str) -> time | None:
    if not (minute.isdecimal() and hour.isdecimal()):
        return None
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


def _read_monthly(day: str, at: time) -> Monthly | None:
    if day == "L":
        return Monthly(LAST_DAY, at)
    # The 29th to the 31st are left out by months that have none; that is no form of ours.
    return Monthly(int(day), at) if day.isdecimal() and 1 <= int(day) <= LONGEST_SURE_DAY else None


def _read_weekdays(field: str) -> frozenset[Weekday] | None:
    """Read days of the week by names or by numbers, of which 1 is Sunday; single ones, and ranges."""
    days: set[Weekday] = set()
    for part in field.upper().split(","):
        first, _, last = part.partition("-")
        begin, end = _read_weekday(first), _read_weekday(last or first)
        if begin is None or end is None:
            return None
        days |= {Weekday((begin + number) % 7) for number in range((end - begin) % 7 + 1)}
    return frozenset(days)


def _read_weekday(word: str) -> Weekday | None:
    if word.isdecimal():
        return Weekday((int(word) - 2) % 7) if 1 <= int(word) <= len(Weekday) else None
    return _DAY_OF_NAME.get(word)

"""Read when a schedule is due, as people write it: `매일 03:00`, `weekly sun 00:00`, `15분마다`.

Source: docs/schedules.md, forms.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
    MINUTES_PER_HOUR,
    Daily,
    Weekday,
    Weekly,
    When,
    at_minute,
    every,
    on_day,
    once,
)
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

#: Days of the week by what they are called; the first word of each is Sunwi's own.
WEEKDAY_NAMES: Mapping[Weekday, Sequence[str]] = {
    Weekday.MONDAY: ("월", "월요일", "mon", "monday"),
    Weekday.TUESDAY: ("화", "화요일", "tue", "tuesday"),
    Weekday.WEDNESDAY: ("수", "수요일", "wed", "wednesday"),
    Weekday.THURSDAY: ("목", "목요일", "thu", "thursday"),
    Weekday.FRIDAY: ("금", "금요일", "fri", "friday"),
    Weekday.SATURDAY: ("토", "토요일", "sat", "saturday"),
    Weekday.SUNDAY: ("일", "일요일", "sun", "sunday"),
}
WORKING_DAYS = frozenset(set(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY})
WEEKEND = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})

_DAY_OF_WORD = {word: day for day, words in WEEKDAY_NAMES.items() for word in words}
_DAYS_OF_WORD = {
    **dict.fromkeys(("평일", "weekdays"), WORKING_DAYS),
    **dict.fromkeys(("주말", "weekends"), WEEKEND),
}

#: Ways to write every form, for whoever wrote none of them.
EXAMPLES = (
    "매일 03:00",
    "매주 월,수 09:00",
    "평일 18:00",
    "매월 1일 00:00",
    "매월 말일 00:00",
    "매시 30분",
    "15분마다",
    "6시간마다",
    "한번 2026-01-02T03:00",
)

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = re.compile(r"(\d{1,2})일?")
_MINUTE = re.compile(r":?(\d{1,2})분?")
_LAST = frozenset({"말일", "마지막날", "last", "lastday"})
_APART = re.compile(r"(?:매|every)?(\d{1,6})(분|시간|minutes?|mins?|m|hours?|h)(?:마다)?")
_BETWEEN_DAYS = re.compile(r"[,·/、]+")


def parse_when(text: str, *, now: datetime) -> When:
    """Read when a schedule is due, in Korean or in English; times are Korean.

    Args:
        text: One of the forms of `EXAMPLES`.
        now: Aware.

    Raises:
        InvalidInput: It is none of the forms, or a time that no clock or calendar has.
    """
    first, *rest = text.casefold().replace("한 번", "한번").split() or [""]
    if (read := _FORMS.get(first)) is not None:
        return read(text, rest, now)
    if (days := _DAYS_OF_WORD.get(first)) is not None:
        return _weekly(days, _clock(text, rest))
    if (apart := _APART.fullmatch("".join((first, *rest)))) is not None:
        number, unit = apart.groups()
        is_hours = unit.startswith(("시", "h"))
        return every(int(number) * (MINUTES_PER_HOUR if is_hours else 1), now=now)
    raise _unreadable(text)


def parse_weekdays(text: str) -> frozenset[Weekday]:
    """Read days of the week, apart by commas.

    Raises:
        InvalidInput: One is no day.
    """
    days: set[Weekday] = set()
    for word in filter(None, _BETWEEN_DAYS.split(text)):
        if word in _DAYS_OF_WORD:
            days |= _DAYS_OF_WORD[word]
        elif word in _DAY_OF_WORD:
            days.add(_DAY_OF_WORD[word])
        else:
            known = [names[0] for names in WEEKDAY_NAMES.values()]
            raise InvalidInput(
                f"{quote(word)} is no day of the week: use mon, tue, wed, thu, fri, sat or sun, apart by commas",
                code="when_weekday_unknown",
                typed=word,
                known=known,
            )
    return frozenset(days)


def _daily(text: str, rest: Sequence[str], _now: datetime) -> When:
    return Daily(_clock(text, rest))


def _week(text: str, rest: Sequence[str], _now: datetime) -> When:
    *days, clock = rest or [""]
    at = _clock(text, [clock])
    wanted = parse_weekdays(",".join(days))
    if not wanted:
        raise _unreadable(text)
    return _weekly(wanted, at)


def _month(text: str, rest: Sequence[str], _now: datetime) -> When:
    *days, clock = rest or [""]
    day, at = "".join(days), _clock(text, [clock])
    if day in _LAST:
        return on_day(LAST_DAY, at)
    if (found := _DAY.fullmatch(day)) is None:
        raise _unreadable(text)
    return on_day(int(found[1]), at)


def _hour(text: str, rest: Sequence[str], _now: datetime) -> When:
    if (found := _MINUTE.fullmatch("".join(rest))) is None:
        raise _unreadable(text)
    return at_minute(int(found[1]))


def _one_time(text: str, rest: Sequence[str], now: datetime) -> When:
    try:
        at = datetime.fromisoformat(" ".join(rest).upper())
    except ValueError as error:
        raise _unreadable(text) from error
    return once(at if at.tzinfo else at.replace(tzinfo=KST), now=now)


def _apart(text: str, rest: Sequence[str], now: datetime) -> When:
    written = "".join(rest)
    if _APART.fullmatch(written) is None:
        raise _unreadable(text)
    return parse_when(written, now=now)


_FORMS: Mapping[str, Callable[[str, Sequence[str], datetime], When]] = {
    **dict.fromkeys(("매일", "daily"), _daily),
    **dict.fromkeys(("매주", "weekly"), _week),
    **dict.fromkeys(("매월", "매달", "monthly"), _month),
    **dict.fromkeys(("매시", "매시간", "hourly"), _hour),
    **dict.fromkeys(("한번", "once", "at"), _one_time),
    "every": _apart,
}


def _weekly(days: frozenset[Weekday], at: time) -> When:
    return Daily(at) if days == frozenset(Weekday) else Weekly(days, at)


def _clock(text: str, words: Sequence[str]) -> time:
    found = _CLOCK.fullmatch(words[0]) if len(words) == 1 else None
    if found is None:
        raise InvalidInput(
            f"{quote(text)} has no time of the day: write it last, as 03:00, from 00:00 to 23:59",
            code="when_without_clock",
            typed=text,
        )
    return time(int(found[1]), int(found[2]))


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(
        f"{quote(text)} says no time that a schedule could be due at: write daily 03:00, weekly sun 00:00, "
        "monthly 1 00:00, monthly last 00:00, hourly 30, every 15m, every 6h, or once 2026-01-02T03:00",
        code="when_unreadable",
        typed=text,
        examples=EXAMPLES,
    )

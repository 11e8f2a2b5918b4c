"""Schedules in Korean, so that what is shown can be written again; and their faults, for programs in English."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import DAILY_RUN, ScheduleFault, ScheduleState
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
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
from sunwi.service.schedules.parse_when import WEEKDAY_NAMES, WEEKEND, WORKING_DAYS
from sunwi.wording.jobs.job_words import work_words

#: Names of Sunwi's own by those that are stored; a person's own have none but that.
SCHEDULE_NAMES: Mapping[str, str] = {
    DAILY_RUN: "매일 측정",
    "evaluation": "평가",
    "backup": "백업",
    "cleanup": "정리",
    "archive": "보관",
}
#: What Sunwi's own are for.
_PURPOSES: Mapping[str, str] = {
    DAILY_RUN: "모든 추적의 순위 측정",
    "evaluation": "순위 변화 평가",
    "backup": "데이터베이스 백업",
    "cleanup": "기한이 지난 파일과 결과 삭제",
    "archive": "오래된 기록 보관",
}
_STORED_NAMES = {korean: name for name, korean in SCHEDULE_NAMES.items()}

STATES: Mapping[ScheduleState, str] = {
    ScheduleState.ACTIVE: "켜짐",
    ScheduleState.PAUSED: "멈춤",
    ScheduleState.OVER: "끝남",
    ScheduleState.MISSING: "없음",
}

#: Of what a person has set elsewhere.
NO_JOB = "작업 제출이 아님"


def stored_name(typed: str) -> str:
    """Return the stored name of a schedule that somebody has typed, in Korean or as it is."""
    return _STORED_NAMES.get(typed, typed)


def name_words(name: str) -> str:
    """Name a schedule."""
    return SCHEDULE_NAMES.get(name, name)


def purpose_words(name: str, order: JobOrder | None) -> str:
    """Describe what a schedule does."""
    if (purpose := _PURPOSES.get(name)) is not None:
        return purpose
    return NO_JOB if order is None else work_words(order.work)


def when_words(when: When) -> str:
    """Describe when a schedule is due; what can be typed is written as it is typed."""
    match when:
        case Daily(at):
            words = f"매일 {_clock(at)}"
        case Weekly(days, at):
            words = f"{_days(days)} {_clock(at)}"
        case Monthly(day, at):
            words = f"매월 {'말일' if day == LAST_DAY else f'{day}일'} {_clock(at)}"
        case Hourly(minute):
            words = f"매시 {minute}분"
        case Every(minutes, first):
            hour, minute = divmod(first, MINUTES_PER_HOUR)
            words = f"{_apart(minutes)}마다" + (f" ({hour:02d}:{minute:02d}부터)" if first else "")
        case Interval(minutes):
            words = f"{_apart(minutes)}마다"
        case Once(at):
            words = f"한번 {moment_words(at)}"
        case Unreadable(expression, zone):
            words = f"{expression} ({zone})"
    return words


def moment_words(at: datetime) -> str:
    """Write an aware instant in KST, as it can be typed."""
    local = at.astimezone(KST)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def idle_words(*, faults: Sequence[ScheduleFault]) -> str:
    """Describe the schedules that submit nothing, in Korean."""
    return " / ".join(
        f"{name_words(fault.name)}: {STATES[fault.state]}{_since(fault.since, '부터')}" for fault in faults
    )


def name_idle(*, faults: Sequence[ScheduleFault]) -> str:
    """Name the schedules that submit nothing, in English."""
    return "; ".join(f"{fault.name} is {fault.state.value}{_since(fault.since, '', ' since')}" for fault in faults)


def _since(at: datetime | None, after: str, before: str = "") -> str:
    return "" if at is None else f"{before} {at.astimezone(KST):%m-%d %H:%M}{after}"


def _days(days: frozenset[Weekday]) -> str:
    if days == WORKING_DAYS:
        return "평일"
    if days == WEEKEND:
        return "주말"
    return f"매주 {','.join(WEEKDAY_NAMES[day][0] for day in sorted(days))}"


def _clock(at: time) -> str:
    return f"{at.hour:02d}:{at.minute:02d}"


def _apart(minutes: int) -> str:
    return f"{minutes // MINUTES_PER_HOUR}시간" if minutes % MINUTES_PER_HOUR == 0 else f"{minutes}분"

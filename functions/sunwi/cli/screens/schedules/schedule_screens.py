"""Schedules as people read them."""

from collections.abc import Sequence

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.job_schedule import DAILY_RUN, ScheduleState
from sunwi.domain.schedule_time import Interval, Unreadable
from sunwi.service.schedules.list_schedules import ScheduleLine
from sunwi.wording.plain_text import plain
from sunwi.wording.schedules.schedule_words import STATES, moment_words, name_words, purpose_words, when_words

_HEADINGS = ("이름", "하는 일*", "언제*", "다음", "상태")


def show_schedules(lines: Sequence[ScheduleLine]) -> None:
    """Print the schedules, and how each sort is changed."""
    console = open_console()
    console.print(table_of(_HEADINGS, [_cells(line) for line in lines]))
    console.print("바꾸기: sunwi schedules set 백업 매일 03:00 (시각은 한국 시각, 배포해도 그대로 남습니다)")
    console.print("매일 측정은 CrawlScheduleHour, CrawlScheduleMinute 를 바꾸어 배포하세요")


def show_schedule(line: ScheduleLine) -> None:
    """Print how a schedule stands after a change."""
    due = "" if line.state is ScheduleState.PAUSED else f", 다음 {_next(line)}"
    open_console().print(plain(f"{_name(line)}: {when_words(line.when)}{due}, {STATES[line.state]}"))


def show_removed(name: str) -> None:
    """Print that a schedule is gone."""
    open_console().print(plain(f"일정을 지웠습니다: {name}"))


def _cells(line: ScheduleLine) -> list[object]:
    purpose = purpose_words(line.name, line.order)
    return [_name(line), purpose, when_words(line.when), _next(line), STATES[line.state]]


def _name(line: ScheduleLine) -> str:
    """Name a schedule by its Korean name, and by the one that it is stored under."""
    korean = name_words(line.name)
    return korean if line.name in (korean, DAILY_RUN) else f"{korean} ({line.name})"


def _next(line: ScheduleLine) -> str:
    """Describe when a schedule is due next: a question mark where nobody can tell, a dash where it is not."""
    if line.next_at is not None:
        return moment_words(line.next_at)
    is_unknown = isinstance(line.when, (Unreadable, Interval)) and line.state is ScheduleState.ACTIVE
    return "?" if is_unknown else "-"

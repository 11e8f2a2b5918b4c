from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import (
    JobSchedule,
    ScheduleFault,
    ScheduleState,
    check_schedule_name,
    find_faults,
)
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import Daily, Once, Unreadable
from sunwi.errors import InvalidInput

NOW = datetime(2026, 1, 2, 1, 0, tzinfo=KST)
DAY = timedelta(days=1)
BACKUP = JobSchedule(name="backup", when=Daily(time(3, 0)), order=JobOrder(work="backup", params={}))


def test_a_schedule_is_due_at_its_times() -> None:
    assert BACKUP.state(now=NOW) is ScheduleState.ACTIVE
    assert list(BACKUP.next_times(after=NOW, count=2)) == [NOW + timedelta(hours=2), NOW + timedelta(hours=26)]


def test_a_paused_schedule_is_not_due() -> None:
    paused = replace(BACKUP, is_paused=True)
    assert paused.state(now=NOW) is ScheduleState.PAUSED
    assert list(paused.next_times(after=NOW)) == []


def test_a_schedule_is_due_neither_before_its_beginning_nor_after_its_end() -> None:
    first = datetime(2026, 1, 5, 3, 0, tzinfo=KST)
    bounded = replace(BACKUP, not_before=first, until=first + DAY)
    assert list(bounded.next_times(after=NOW, count=9)) == [first, first + DAY]
    assert list(bounded.next_times(after=first, count=9)) == [first + DAY]
    assert bounded.state(now=first) is ScheduleState.ACTIVE
    assert bounded.state(now=first + DAY) is ScheduleState.OVER


def test_one_that_was_to_come_once_is_over_when_it_has() -> None:
    single = replace(BACKUP, when=Once(NOW + DAY))
    assert single.state(now=NOW) is ScheduleState.ACTIVE
    assert single.state(now=NOW + DAY) is ScheduleState.OVER


def test_one_that_nobody_can_read_is_not_called_over() -> None:
    strange = replace(BACKUP, when=Unreadable("cron(0 3 15W * ? *)", "Asia/Seoul"))
    assert strange.state(now=NOW) is ScheduleState.ACTIVE
    assert list(strange.next_times(after=NOW)) == []


def test_what_is_missing_paused_or_over_is_a_fault_in_the_order_of_what_there_should_be() -> None:
    found = {
        "backup": BACKUP,
        "cleanup": replace(BACKUP, name="cleanup", is_paused=True, changed_at=NOW - DAY),
        "archive": replace(BACKUP, name="archive", when=Once(NOW)),
        "own": replace(BACKUP, name="own", is_paused=True),
    }
    wanted = ("evaluation", "backup", "cleanup", "archive")
    assert find_faults(wanted, found, now=NOW) == [
        ScheduleFault("evaluation", ScheduleState.MISSING),
        ScheduleFault("cleanup", ScheduleState.PAUSED, NOW - DAY),
        ScheduleFault("archive", ScheduleState.OVER),
    ]


@pytest.mark.parametrize("name", ["backup", "backup-noon", "B_2.x", "a" * 64])
def test_a_name_of_letters_and_digits_is_taken(name: str) -> None:
    check_schedule_name(name)


@pytest.mark.parametrize("name", ["", "백업", "a b", "a/b", "a" * 65, "a\n", "<script>", "=1+1"])
def test_a_name_that_the_scheduler_would_not_take_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_schedule_name(name)
    assert refused.value.code == "schedule_name_unusable"


def test_the_daily_run_is_no_schedule_and_says_how_it_is_moved() -> None:
    with pytest.raises(InvalidInput, match="CrawlScheduleHour") as refused:
        check_schedule_name("daily-run")
    assert refused.value.code == "schedule_of_deployment"

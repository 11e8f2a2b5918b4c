from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import DAILY_RUN, JobSchedule, ScheduleState
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import Daily, Unreadable
from sunwi.errors import Forbidden
from sunwi.service.schedules.list_schedules import ListSchedules
from tests.jobs.schedule_desk import ADMIN, AGENCY, ScheduleDesk


def listing(desk: ScheduleDesk) -> ListSchedules:
    return ListSchedules(schedules=desk.schedules, works=desk.works, clock=desk.clock, hour=1, minute=0)


def test_the_daily_run_comes_first_then_sunwis_own_then_others_by_name(desk: ScheduleDesk) -> None:
    for name in ("z-own", "a-own"):
        desk.schedules.create(name, Daily(time(12, 0)), JobOrder(work="echo", params={}))
    desk.schedules.create("archive", Daily(time(0, 0)), JobOrder(work="archive", params={}))
    desk.schedules.create("backup", Daily(time(3, 0)), JobOrder(work="backup", params={}))
    assert [line.name for line in listing(desk).list(ADMIN)] == [DAILY_RUN, "backup", "archive", "a-own", "z-own"]


def test_the_daily_run_is_due_at_the_hour_that_is_set(desk: ScheduleDesk) -> None:
    daily, *_ = listing(desk).list(ADMIN)
    assert (daily.when, daily.order, daily.state) == (Daily(time(1, 0)), None, ScheduleState.ACTIVE)
    # It is 01:00 in Korea: the run of today is due now, the next one tomorrow.
    assert daily.next_at == desk.clock.now() + timedelta(days=1)


def test_one_of_sunwis_own_that_is_missing_is_listed_as_that(desk: ScheduleDesk) -> None:
    desk.schedules.create("backup", Daily(time(3, 0)), JobOrder(work="backup", params={}))
    lines = {line.name: line for line in listing(desk).list(ADMIN)}
    assert (lines["archive"].state, lines["archive"].next_at) == (ScheduleState.MISSING, None)
    assert "evaluation" not in lines, "there is no such kind of job"


def test_one_of_a_kind_that_there_is_no_more_is_still_listed(desk: ScheduleDesk) -> None:
    desk.schedules.create("cleanup", Daily(time(4, 0)), JobOrder(work="cleanup", params={}))
    lines = {line.name: line for line in listing(desk).list(ADMIN)}
    assert lines["cleanup"].next_at == datetime(2026, 1, 2, 4, 0, tzinfo=KST)


def test_what_is_paused_or_cannot_be_read_has_no_next_time(desk: ScheduleDesk) -> None:
    backup = JobSchedule(name="backup", when=Daily(time(3, 0)), order=None, is_paused=True)
    strange = replace(backup, name="strange", when=Unreadable("cron(1)", "UTC"), is_paused=False)
    desk.schedules.kept.update({"backup": backup, "strange": strange})
    lines = {line.name: line for line in listing(desk).list(ADMIN)}
    assert (lines["backup"].state, lines["backup"].next_at) == (ScheduleState.PAUSED, None)
    assert (lines["strange"].state, lines["strange"].next_at) == (ScheduleState.ACTIVE, None)


def test_schedules_are_not_shown_to_agencies(desk: ScheduleDesk) -> None:
    with pytest.raises(Forbidden):
        listing(desk).list(AGENCY)

from datetime import time

import pytest

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import ScheduleFault, ScheduleState
from sunwi.domain.schedule_time import Daily
from sunwi.errors import Retryable
from sunwi.service.schedules.check_schedules import CheckSchedules
from tests.jobs.schedule_desk import ADMIN, ScheduleDesk


def test_only_sunwis_own_are_checked_and_those_whose_kind_there_is(desk: ScheduleDesk) -> None:
    check = CheckSchedules(schedules=desk.schedules, works=desk.works, clock=desk.clock)
    desk.schedules.create("own", Daily(time(3, 0)), JobOrder(work="echo", params={"text": "안녕"}))
    desk.switch_schedule.pause(ADMIN, "own")
    assert [fault.name for fault in check.faults()] == ["backup", "archive"]
    for name in ("backup", "archive"):
        desk.set_schedule.set(ADMIN, name, when=None)
    assert check.faults() == []
    desk.switch_schedule.pause(ADMIN, "backup")
    assert check.faults() == [ScheduleFault("backup", ScheduleState.PAUSED, desk.clock.now())]


def test_a_scheduler_that_cannot_be_reached_is_not_taken_for_a_fault(desk: ScheduleDesk) -> None:
    desk.schedules.refusals = 1
    with pytest.raises(Retryable):
        CheckSchedules(schedules=desk.schedules, works=desk.works, clock=desk.clock).faults()

from datetime import time

import pytest

from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule_time import Daily
from sunwi.errors import Conflict, Forbidden, InvalidInput
from tests.jobs.schedule_desk import ADMIN, AGENCY, ScheduleDesk

THREE = Daily(time(3, 0))


@pytest.fixture(autouse=True)
def _two_schedules(desk: ScheduleDesk) -> None:
    desk.schedules.create("backup", THREE, JobOrder(work="backup", params={}))
    desk.schedules.create("own", THREE, JobOrder(work="echo", params={"text": "안녕"}))


def test_a_schedule_is_paused_and_resumed_twice_is_once(desk: ScheduleDesk) -> None:
    switch = desk.switch_schedule
    begun = desk.clock.now()
    assert switch.pause(ADMIN, "backup").is_paused
    desk.clock.advance(hours=1)
    assert switch.pause(ADMIN, "backup").changed_at == begun
    resumed = switch.resume(ADMIN, "backup")
    assert (resumed.is_paused, resumed.when, resumed.changed_at) == (False, THREE, desk.clock.now())
    assert desk.schedules.kept["backup"] == resumed


def test_a_schedule_that_a_person_has_made_is_removed(desk: ScheduleDesk) -> None:
    desk.switch_schedule.remove(ADMIN, "own")
    assert set(desk.schedules.kept) == {"backup"}


def test_one_of_sunwis_own_is_not_removed_since_it_would_come_back(desk: ScheduleDesk) -> None:
    with pytest.raises(Conflict, match="pause it instead"):
        desk.switch_schedule.remove(ADMIN, "backup")
    assert "backup" in desk.schedules.kept


@pytest.mark.parametrize(("name", "code"), [("gone", "schedule_unknown"), ("daily-run", "schedule_of_deployment")])
def test_what_is_no_schedule_can_be_neither_switched_nor_removed(desk: ScheduleDesk, name: str, code: str) -> None:
    switch = desk.switch_schedule
    for action in (switch.pause, switch.resume, switch.remove):
        with pytest.raises(InvalidInput) as refused:
            action(ADMIN, name)
        assert refused.value.code == code


def test_agencies_switch_no_schedules(desk: ScheduleDesk) -> None:
    switch = desk.switch_schedule
    for action in (switch.pause, switch.resume, switch.remove):
        with pytest.raises(Forbidden):
            action(AGENCY, "own")

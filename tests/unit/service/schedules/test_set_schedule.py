from datetime import time
from typing import Any

import pytest

from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule_time import Daily, Hourly
from sunwi.errors import Forbidden, InvalidInput
from tests.jobs.schedule_desk import ADMIN, AGENCY, ScheduleDesk

NOON, THREE = Daily(time(12, 0)), Daily(time(3, 0))
ECHO = JobOrder(work="echo", params={"text": "안녕"})


def test_a_schedule_is_moved_and_keeps_what_it_submits(desk: ScheduleDesk) -> None:
    desk.schedules.create("backup", THREE, JobOrder(work="backup", params={"name": "x"}))
    moved = desk.set_schedule.set(ADMIN, "backup", when=NOON)
    assert desk.schedules.kept["backup"] == moved
    assert (moved.when, moved.order, moved.changed_at) == (
        NOON,
        JobOrder(work="backup", params={"name": "x"}),
        desk.clock.now(),
    )


def test_a_paused_schedule_that_is_moved_stays_paused(desk: ScheduleDesk) -> None:
    desk.schedules.create("backup", THREE, JobOrder(work="backup", params={}))
    desk.switch_schedule.pause(ADMIN, "backup")
    assert desk.set_schedule.set(ADMIN, "backup", when=NOON).is_paused


def test_what_a_schedule_submits_is_changed_and_its_time_stays(desk: ScheduleDesk) -> None:
    desk.schedules.create("own", THREE, JobOrder(work="backup", params={}))
    changed = desk.set_schedule.set(ADMIN, "own", when=None, order=ECHO)
    assert (changed.when, changed.order) == (THREE, ECHO)
    assert desk.schedules.kept["own"] == changed


def test_one_of_sunwis_own_that_is_missing_is_created_with_what_it_submits(desk: ScheduleDesk) -> None:
    created = desk.set_schedule.set(ADMIN, "backup", when=NOON)
    assert (created.when, created.order) == (NOON, JobOrder(work="backup", params={}))
    assert desk.schedules.created == ["backup"]


def test_a_new_name_with_a_job_and_a_time_is_a_new_schedule(desk: ScheduleDesk) -> None:
    created = desk.set_schedule.set(ADMIN, "greeting", when=Hourly(30), order=ECHO)
    assert desk.schedules.kept["greeting"].order == created.order == ECHO


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("greeting", {"when": NOON}, "schedule_unknown"),
        ("greeting", {"when": None, "order": ECHO}, "schedule_without_time"),
        ("greeting", {"when": NOON, "order": JobOrder(work="gone", params={})}, "work_unknown"),
        ("greeting", {"when": NOON, "order": JobOrder(work="echo", params={})}, "param_missing"),
        ("evaluation", {"when": NOON}, "work_unknown"),
        ("daily-run", {"when": NOON}, "schedule_of_deployment"),
        ("인사", {"when": NOON, "order": ECHO}, "schedule_name_unusable"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_and_nothing_is_created(
    desk: ScheduleDesk, name: str, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.set_schedule.set(ADMIN, name, **given)
    assert refused.value.code == code
    assert desk.schedules.kept == {}


def test_agencies_set_no_schedules(desk: ScheduleDesk) -> None:
    with pytest.raises(Forbidden):
        desk.set_schedule.set(AGENCY, "greeting", when=NOON, order=ECHO)

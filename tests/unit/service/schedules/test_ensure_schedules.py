from dataclasses import replace
from datetime import time, timedelta

import pytest

from sunwi.domain.schedule_time import Daily, Weekday, Weekly
from sunwi.domain.work import Works
from sunwi.errors import Retryable
from sunwi.service.schedules.default_schedules import DEFAULT_SCHEDULES, defaults_of, find_default
from sunwi.service.schedules.ensure_schedules import RETRY_SECONDS, EnsureSchedules
from tests.job_world import NO_OP
from tests.jobs.schedule_desk import ADMIN, ScheduleDesk

ALL = Works(tuple(replace(NO_OP, name=default.order.work) for default in DEFAULT_SCHEDULES))


def ensure(desk: ScheduleDesk, *, seconds: float = 60) -> list[str]:
    use_case = EnsureSchedules(
        schedules=desk.schedules,
        works=desk.works,
        clock=desk.clock,
        pause=lambda pause: desk.clock.advance(seconds=pause),
    )
    return list(use_case.ensure(give_up_at=desk.clock.now() + timedelta(seconds=seconds)))


def test_sunwis_own_are_evaluation_backup_cleanup_and_archive_at_their_times() -> None:
    assert {default.name: default.when for default in defaults_of(ALL)} == {
        "evaluation": Daily(time(0, 0)),
        "backup": Daily(time(3, 0)),
        "cleanup": Daily(time(4, 0)),
        "archive": Weekly(frozenset({Weekday.SUNDAY}), time(0, 0)),
    }
    assert all(default.order.params == {} for default in DEFAULT_SCHEDULES)
    assert all(find_default(default.name) is default for default in DEFAULT_SCHEDULES)


def test_only_schedules_are_created_whose_kind_of_job_there_is(desk: ScheduleDesk) -> None:
    assert ensure(desk) == ["backup", "archive"]
    assert set(desk.schedules.kept) == {"backup", "archive"}


def test_a_second_deployment_creates_nothing(desk: ScheduleDesk) -> None:
    ensure(desk)
    assert ensure(desk) == []
    assert desk.schedules.created == ["backup", "archive"]


def test_what_a_person_has_set_stays_and_only_what_is_missing_is_created(desk: ScheduleDesk) -> None:
    ensure(desk)
    desk.set_schedule.set(ADMIN, "backup", when=Daily(time(5, 30)))
    desk.switch_schedule.pause(ADMIN, "backup")
    desk.schedules.remove("archive")
    assert ensure(desk) == ["archive"]
    kept = desk.schedules.kept["backup"]
    assert (kept.when, kept.is_paused) == (Daily(time(5, 30)), True)


def test_a_scheduler_that_cannot_be_reached_is_tried_again_until_time_is_up(desk: ScheduleDesk) -> None:
    desk.schedules.refusals = 3
    begun = desk.clock.now()
    assert ensure(desk) == ["backup", "archive"]
    assert desk.clock.now() - begun == timedelta(seconds=3 * RETRY_SECONDS)
    desk.schedules.kept.clear()
    desk.schedules.refusals = 100
    with pytest.raises(Retryable):
        ensure(desk, seconds=12)
    assert desk.schedules.refusals == 100 - 4

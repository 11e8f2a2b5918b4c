"""The watchdog notices a schedule that submits nothing, though nobody would miss its job."""

from datetime import timedelta

import pytest

from sunwi.domain.watch import ProblemKind
from sunwi.service.schedules.check_schedules import CheckSchedules
from tests.jobs.schedule_desk import ADMIN, ScheduleDesk
from tests.night import Night
from tests.unit.service.watchdog.test_watch_day import Watchdog


@pytest.fixture
def desk(night: Night) -> ScheduleDesk:
    """Backup and archive, both there, changed when the night begins."""
    desk = ScheduleDesk(night.store, clock=night.clock)
    for name in ("backup", "archive"):
        desk.set_schedule.set(ADMIN, name, when=None)
    return desk


@pytest.fixture
def dog(night: Night, desk: ScheduleDesk) -> Watchdog:
    check = CheckSchedules(schedules=desk.schedules, works=desk.works, clock=desk.clock)
    return Watchdog(night, schedules=check)


def test_schedules_that_go_on_raise_nothing(dog: Watchdog) -> None:
    assert (dog.check().left, dog.raised()) == (0, [])


def test_a_schedule_that_is_missing_is_raised_once_until_it_is_there_again(dog: Watchdog, desk: ScheduleDesk) -> None:
    desk.schedules.remove("backup")
    for _ in range(2):
        assert dog.check().left == 1
    assert dog.raised() == [ProblemKind.SCHEDULE_MISSING]
    assert "sunwi schedules set" in dog.alarms.raised[0].text
    desk.set_schedule.set(ADMIN, "backup", when=None)
    assert dog.check().left == 0
    assert dog.open() == []


def test_a_forgotten_pause_is_raised_after_a_day_and_again_each_day(dog: Watchdog, desk: ScheduleDesk) -> None:
    desk.switch_schedule.pause(ADMIN, "backup")
    assert dog.check().left == 0
    for days in (1, 2):
        dog.night.clock.advance(hours=24)
        dog.check()
        assert dog.raised().count(ProblemKind.SCHEDULE_PAUSED) == days
    desk.switch_schedule.resume(ADMIN, "backup")
    dog.check()
    assert ProblemKind.SCHEDULE_PAUSED not in {found.problem.kind for found in dog.open()}


def test_a_scheduler_that_cannot_be_asked_is_named_and_resolves_nothing(dog: Watchdog, desk: ScheduleDesk) -> None:
    desk.schedules.remove("backup")
    dog.check()
    desk.schedules.refusals = 1
    dog.check()
    kinds = {found.problem.kind: found.problem.subject for found in dog.open()}
    assert kinds == {
        ProblemKind.SCHEDULE_MISSING: "schedule:backup",
        ProblemKind.NOT_ASKED: "schedules",
    }
    dog.check()
    assert {found.problem.kind for found in dog.open()} == {ProblemKind.SCHEDULE_MISSING}


def test_who_does_not_know_of_schedules_resolves_nothing_of_them(dog: Watchdog, desk: ScheduleDesk) -> None:
    desk.schedules.remove("backup")
    dog.check()
    dog.schedules = None
    dog.night.clock.advance(seconds=timedelta(minutes=5).total_seconds())
    dog.check()
    assert [found.problem.kind for found in dog.open()] == [ProblemKind.SCHEDULE_MISSING]

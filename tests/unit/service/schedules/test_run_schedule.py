from datetime import time

import pytest
from sqlalchemy import Engine

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.domain.schedule_time import Daily
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.schedules.run_schedule import RunSchedule
from sunwi.testing.schedules import InMemorySchedules
from tests.job_desk import JobDesk, desk_on
from tests.jobs.schedule_desk import ADMIN, AGENCY

ECHO = JobOrder(work="echo", params={"text": "안녕"})


@pytest.fixture
def jobs(sqlite_engine: Engine) -> JobDesk:
    return desk_on(sqlite_engine)


@pytest.fixture
def run_schedule(jobs: JobDesk) -> RunSchedule:
    schedules = InMemorySchedules()
    schedules.create("greeting", Daily(time(3, 0)), ECHO)
    schedules.kept["strange"] = JobSchedule(name="strange", when=Daily(time(3, 0)), order=None)
    return RunSchedule(schedules=schedules, submit_job=jobs.submit_job)


def test_what_a_schedule_submits_is_submitted_now_as_a_job_of_whoever_asks(
    run_schedule: RunSchedule, jobs: JobDesk
) -> None:
    job = run_schedule.run(ADMIN, "greeting", idempotency_key="k1").job
    kept = jobs.get(job.id)
    assert (kept.work, kept.params, kept.owner) == ("echo", {"text": "안녕", "times": 1}, ADMIN.owner)


def test_each_run_is_a_job_of_its_own_and_the_same_key_is_the_same_one(run_schedule: RunSchedule) -> None:
    first = run_schedule.run(ADMIN, "greeting", idempotency_key="k1")
    again = run_schedule.run(ADMIN, "greeting", idempotency_key="k1")
    other = run_schedule.run(ADMIN, "greeting", idempotency_key="k2")
    assert (again.job.id, again.is_repeat) == (first.job.id, True)
    assert other.job.id != first.job.id


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gone", "schedule_unknown"),
        ("strange", "schedule_without_job"),
        ("daily-run", "schedule_of_deployment"),
    ],
)
def test_what_submits_no_job_cannot_be_run(run_schedule: RunSchedule, name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run_schedule.run(ADMIN, name)
    assert refused.value.code == code


def test_agencies_run_no_schedules(run_schedule: RunSchedule) -> None:
    with pytest.raises(Forbidden):
        run_schedule.run(AGENCY, "greeting")

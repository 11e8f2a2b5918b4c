from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.job import JobState
from sunwi.domain.worker_pool import Paused
from sunwi.errors import StoreUnavailable
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.ports.job_engine import ExecutionStatus
from tests.job_world import JobWorld


class Killed(BaseException):
    """The process is gone."""


def _running(world: JobWorld) -> str:
    def die(_running: RunningJob, _number: int) -> None:
        raise Killed

    job_id = world.submit("counted", params={"chunks": 1})
    world.admit_jobs.admit()
    world.in_chunk = die
    with pytest.raises(Killed):
        world.worker().run(world.key(job_id), remaining_seconds=900)
    world.in_chunk = lambda _running, _number: None
    return job_id


def test_an_execution_that_runs_is_left_alone(world: JobWorld) -> None:
    job_id = _running(world)
    world.clock.advance(minutes=10)
    world.tick.tick()
    assert world.job(job_id).state is JobState.RUNNING


@pytest.mark.parametrize("status", [ExecutionStatus.SUCCEEDED, ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT])
def test_an_end_that_nobody_stored_is_a_crash_once_the_worker_is_silent(
    world: JobWorld, status: ExecutionStatus
) -> None:
    job_id = _running(world)
    world.executions.end(world.key(job_id), status, "States.Timeout")
    world.clock.advance(seconds=100)
    world.tick.tick()
    assert world.job(job_id).state is JobState.RUNNING
    world.clock.advance(seconds=100)
    world.tick.tick()
    job = world.job(job_id)
    assert (job.state, job.attempts) == (JobState.PENDING, 1)
    assert job.failure is not None
    assert job.failure.code == "crash"


def test_a_worker_that_is_heard_of_keeps_its_job_whatever_the_state_machine_says(world: JobWorld) -> None:
    job_id = _running(world)
    key = world.key(job_id)
    world.executions.end(key, ExecutionStatus.TIMED_OUT)
    for _ in range(5):
        world.clock.advance(minutes=2)
        with world.store.read() as tx:
            worker = tx.workers.of_attempt(key)
        assert worker is not None
        with world.store.begin() as tx:
            assert tx.job_attempts.hear(key, replace(worker, seen_at=world.clock.now())).is_mine
        world.tick.tick()
    assert world.job(job_id).state is JobState.RUNNING


def test_an_execution_that_was_aborted_is_a_wish_to_stop(world: JobWorld) -> None:
    job_id = _running(world)
    world.executions.end(world.key(job_id), ExecutionStatus.ABORTED)
    world.clock.advance(seconds=100)
    world.tick.tick()
    job = world.job(job_id)
    assert (job.state, job.cancel_requested_at) == (JobState.RUNNING, world.clock.now())
    world.clock.advance(seconds=100)
    world.tick.tick()
    assert world.job(job_id).state is JobState.CANCELLED


def test_an_execution_that_was_aborted_before_its_claim_cancels_at_once(world: JobWorld) -> None:
    job_id = world.submit()
    world.admit_jobs.admit()
    world.executions.end(world.key(job_id), ExecutionStatus.ABORTED)
    world.clock.advance(seconds=61)
    world.tick.tick()
    assert world.job(job_id).state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("error", "state", "attempts"),
    [(None, JobState.PENDING, 0), ("States.Timeout", JobState.PENDING, 0), ("Runtime.ExitError", JobState.PENDING, 1)],
)
def test_an_execution_that_ended_without_a_claim_lets_the_job_wait(
    world: JobWorld, error: str | None, state: JobState, attempts: int
) -> None:
    job_id = world.submit()
    world.admit_jobs.admit()
    world.executions.end(world.key(job_id), ExecutionStatus.FAILED, error)
    world.clock.advance(seconds=61)
    world.tick.tick()
    assert (world.job(job_id).state, world.job(job_id).attempts) == (state, attempts)


def test_jobs_whose_time_is_over_expire(world: JobWorld) -> None:
    waiting = world.submit(not_before=world.clock.now() + timedelta(days=2))
    world.clock.at = world.job(waiting).expires_at - timedelta(seconds=1)
    world.set_pool(paused=Paused.ALL)
    world.tick.tick()
    assert world.job(waiting).state is JobState.PENDING
    world.clock.advance(seconds=1)
    world.tick.tick()
    job = world.job(waiting)
    assert job.state is JobState.EXPIRED
    assert job.failure is not None
    assert job.failure.code == "expired"


def test_an_outage_is_one_line_and_the_next_minute_makes_it_up(
    world: JobWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = world.submit()

    def away(_self: object) -> None:
        raise StoreUnavailable("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr("sunwi.adapters.sql.store.SqlStore.read", away)
        patch.setattr("sunwi.adapters.sql.store.SqlStore.begin", away)
        capsys.readouterr()
        world.tick.tick()
    assert len(capsys.readouterr().out.splitlines()) == 1
    world.tick.tick()
    assert world.job(job_id).state is JobState.QUEUED


def test_figures_are_published_each_minute(world: JobWorld) -> None:
    for _ in range(2):
        world.clock.advance(minutes=1)
        world.tick.tick()
    assert world.published == 2


def test_a_part_that_fails_keeps_no_other_from_its_work(world: JobWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    running, overdue = _running(world), world.submit(not_before=world.clock.now() + timedelta(days=2))
    world.clock.at = world.job(overdue).expires_at

    def fail(_self: object, _key: object) -> None:
        raise ValueError("an answer of another release")

    monkeypatch.setattr("sunwi.testing.jobs.InMemoryJobExecutions.describe", fail)
    world.tick.tick()
    assert world.job(overdue).state is JobState.EXPIRED
    assert world.job(running).state is JobState.RUNNING
    assert world.published == 1

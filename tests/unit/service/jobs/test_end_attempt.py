from datetime import timedelta

import pytest

from sunwi.domain.job import JobKey, JobState
from sunwi.service.jobs.end_attempt import UNCLAIMED
from sunwi.service.jobs.running_job import RunningJob
from tests.job_world import JobWorld


class Killed(BaseException):
    """The process is gone."""


def _claimed(world: JobWorld) -> str:
    """Return a job whose worker was killed in its second chunk."""

    def die(_running: RunningJob, number: int) -> None:
        if number == 2:
            raise Killed

    job_id = world.submit("counted", params={"chunks": 3})
    world.admit_jobs.admit()
    world.in_chunk = die
    with pytest.raises(Killed):
        world.worker().run(world.key(job_id), remaining_seconds=900)
    world.in_chunk = lambda _running, _number: None
    return job_id


@pytest.mark.parametrize("error", ["Runtime.ExitError", "Runtime.HandlerError", "Sandbox.Timedout"])
def test_a_death_counts_as_an_attempt_and_the_next_one_goes_on(world: JobWorld, error: str) -> None:
    job_id = _claimed(world)
    world.end_attempt.crashed(world.key(job_id), error=error, error_type="")
    job = world.job(job_id)
    assert (job.state, job.attempts, job.checkpoint) == (JobState.PENDING, 1, {"done": 1})
    assert job.failure is not None
    assert (job.failure.code, job.failure.fields) == ("crash", {"error": error})
    world.clock.advance(minutes=2)
    world.tick.tick()
    assert world.run(job_id) == "succeeded"
    assert world.chunks_done == [(job_id, 1), (job_id, 2), (job_id, 3)]
    assert world.outcomes(job_id) == ["crashed", "succeeded"]


@pytest.mark.parametrize(
    ("error", "error_type"),
    [
        ("States.Timeout", ""),
        ("Lambda.Unknown", ""),
        ("Lambda.ServiceException", ""),
        ("AttemptTaken", "AttemptTaken"),
        ("Runtime.HandlerError", "AttemptTaken"),
        ("Something.New", ""),
    ],
)
def test_any_other_end_leaves_the_job_to_its_worker(world: JobWorld, error: str, error_type: str) -> None:
    job_id = _claimed(world)
    world.end_attempt.crashed(world.key(job_id), error=error, error_type=error_type)
    assert (world.job(job_id).state, world.job(job_id).attempts) == (JobState.RUNNING, 0)


def test_a_crash_that_is_told_twice_counts_once(world: JobWorld) -> None:
    job_id = _claimed(world)
    key = world.key(job_id)
    for _ in range(2):
        world.end_attempt.crashed(key, error="Runtime.ExitError", error_type="")
    assert (world.job(job_id).attempts, world.outcomes(job_id)) == (1, ["crashed"])


def test_a_crash_of_a_generation_that_is_past_changes_nothing(world: JobWorld) -> None:
    job_id = world.submit()
    world.admit_jobs.admit()
    world.end_attempt.crashed(JobKey(job_id, 7), error="Runtime.ExitError", error_type="")
    assert world.job(job_id).state is JobState.QUEUED


@pytest.mark.parametrize("error", ["Runtime.ImportModuleError", "ConfigurationError", "RuntimeError"])
def test_a_worker_that_cannot_start_uses_up_attempts_until_the_job_fails(world: JobWorld, error: str) -> None:
    job_id = world.submit()
    for _ in range(4):
        world.tick.tick()
        world.end_attempt.crashed(world.key(job_id), error=error, error_type="")
        world.clock.advance(minutes=11)
    job = world.job(job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, 4)
    assert job.failure is not None
    assert job.failure.code == "cannot_start"


@pytest.mark.parametrize("error", ["Lambda.TooManyRequestsException", "Lambda.Unknown", "States.Timeout"])
def test_a_refusal_before_the_claim_is_no_attempt_and_ends_with_the_job_s_time(world: JobWorld, error: str) -> None:
    job_id = world.submit()
    world.admit_jobs.admit()
    world.end_attempt.crashed(world.key(job_id), error=error, error_type="")
    job = world.job(job_id)
    assert (job.state, job.attempts, job.failure) == (JobState.PENDING, 0, None)
    assert job.not_before == world.clock.now() + timedelta(minutes=5)
    world.clock.at = job.expires_at - timedelta(minutes=1)
    world.tick.tick()
    world.end_attempt.crashed(world.key(job_id), error=error, error_type="")
    assert world.job(job_id).state is JobState.EXPIRED


def test_a_crash_after_a_cancel_ends_cancelled(world: JobWorld) -> None:
    job_id = _claimed(world)
    with world.store.begin() as tx:
        tx.jobs.request_cancel(job_id, at=world.clock.now())
    world.end_attempt.crashed(world.key(job_id), error="Runtime.ExitError", error_type="")
    assert world.job(job_id).state is JobState.CANCELLED


def test_an_answer_frees_the_place_even_where_nothing_was_claimed(world: JobWorld) -> None:
    first, second = world.submit(), world.submit()
    world.admit_jobs.admit()
    world.end_attempt.ended(world.key(first), UNCLAIMED)
    assert (world.job(first).state, world.job(second).state) == (JobState.PENDING, JobState.QUEUED)


def test_the_next_execution_that_cannot_be_started_fails_nothing(world: JobWorld) -> None:
    first, second = world.submit(), world.submit()
    world.admit_jobs.admit()
    world.executions.refusals = 1
    world.run(first)
    assert world.job(second).state is JobState.QUEUED
    assert world.executions.refusals == 0


def test_silence_is_no_running_time(world: JobWorld) -> None:
    job_id = _claimed(world)
    world.clock.advance(minutes=13)
    world.end_attempt.crashed(world.key(job_id), error="Runtime.ExitError", error_type="")
    job = world.job(job_id)
    assert job.state is JobState.PENDING
    assert job.ran_seconds < 60

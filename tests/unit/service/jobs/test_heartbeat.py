"""The thread beside an attempt; each test waits for what it does, never for a time."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sunwi.domain.job import JobState
from sunwi.service.jobs.run_attempt import LOST
from sunwi.service.jobs.running_job import RunningJob
from sunwi.testing.jobs import InMemoryWorkerProcess
from tests.job_world import JobWorld


class Interrupted(RuntimeError):
    """What ending children raises in whoever waits for one."""


class InterruptedProcess(InMemoryWorkerProcess):
    """A process whose children's end is heard by the work."""

    def __init__(self) -> None:
        super().__init__()
        self.is_interrupted, self.has_exited = threading.Event(), threading.Event()

    def end_children(self) -> None:
        super().end_children()
        self.is_interrupted.set()

    def exit(self) -> None:
        super().exit()
        self.has_exited.set()


def _run(world: JobWorld, job_id: str, work: Any) -> str:
    worker = replace(world.worker(), runners={"no_op": lambda: work}, heartbeat_seconds=0.01)
    return worker.run(world.key(job_id), remaining_seconds=900)


def test_a_cancel_ends_what_the_work_waits_for(world: JobWorld) -> None:
    process = InterruptedProcess()
    world.process = process
    job_id = world.submit()
    world.admit_jobs.admit()

    def wait_for_child(running: RunningJob) -> Mapping[str, Any]:
        with world.store.begin() as tx:
            tx.jobs.request_cancel(running.job.id, at=world.clock.now())
        assert process.is_interrupted.wait(30)
        raise Interrupted

    assert _run(world, job_id, wait_for_child) == "cancelled"
    assert world.job(job_id).state is JobState.CANCELLED


def test_an_attempt_that_was_taken_away_is_interrupted_and_stores_nothing(world: JobWorld) -> None:
    process = InterruptedProcess()
    world.process = process
    job_id = world.submit()
    world.admit_jobs.admit()

    def lose(running: RunningJob) -> Mapping[str, Any]:
        assert world.end_attempt.record_crash(world.job(running.job.id), error="Runtime.ExitError")
        assert process.is_interrupted.wait(30)
        running.check()
        return {}

    assert _run(world, job_id, lose) == LOST
    assert world.outcomes(job_id) == ["crashed"]


def test_an_attempt_at_its_hard_limit_is_stored_as_timed_out_and_the_process_ends(world: JobWorld) -> None:
    process = InterruptedProcess()
    world.process = process
    job_id = world.submit()
    world.admit_jobs.admit()

    def hang(_running: RunningJob) -> Mapping[str, Any]:
        world.clock.advance(seconds=2_000)
        assert process.has_exited.wait(30)
        return {"too": "late"}

    assert _run(world, job_id, hang) == LOST
    job = world.job(job_id)
    assert (job.state, job.attempts, job.result) == (JobState.FAILED, 1, None)
    assert job.failure is not None
    assert job.failure.code == "timed_out"
    assert process.ended_children == 1
    assert world.outcomes(job_id) == ["timed_out"]


def test_a_heartbeat_renews_the_worker_s_row(world: JobWorld) -> None:
    job_id = world.submit()
    world.admit_jobs.admit()
    started = world.clock.now()

    def work(running: RunningJob) -> Mapping[str, Any]:
        world.clock.advance(seconds=31)
        seen = threading.Event()
        while not seen.wait(0.01):
            with world.store.read() as tx:
                worker = tx.workers.of_attempt(running.key)
            if worker is not None and worker.seen_at > started:
                seen.set()
        return {}

    assert _run(world, job_id, work) == "succeeded"

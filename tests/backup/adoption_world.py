"""A database in the middle of its work, as a backup of it has it."""

from datetime import datetime, timedelta
from typing import Any

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobState
from sunwi.service.backup.adopt_database import AdoptDatabase
from sunwi.service.runs.close_run import CloseRun
from sunwi.testing.clock import ManualClock
from sunwi.testing.jobs import InMemoryJobExecutions
from tests.job_world import START, JobWorld

#: A tick that long ago is nobody's any more.
LATER = timedelta(minutes=10)
WORKERS = 10


def busy_world(
    store: SqlStore, *, running: int = 5, queued: int = 1, waiting: int = 1, at: datetime = START, **order: Any
) -> tuple[JobWorld, list[str]]:
    """Submit jobs, and bring so many of them into each state.

    Returns:
        The world, and the ids of the jobs: those that run, those that are admitted, those that wait.
    """
    world = JobWorld(store, clock=ManualClock(at))
    admitted = running + queued
    world.set_pool(workers=admitted, least=admitted, most=admitted)
    ids = [world.submit("counted", params={"chunks": 2}, **order) for _ in range(running + queued + waiting)]
    world.tick.tick()
    for number, job_id in enumerate(ids[:running]):
        worker = world.worker(f"worker-{number}")
        claimed = worker._claim(world.key(job_id))  # noqa: SLF001 - the worker that dies here is the old machine's
        assert claimed is not None
    assert [world.job(job_id).state for job_id in ids] == (
        [JobState.RUNNING] * running + [JobState.QUEUED] * queued + [JobState.PENDING] * waiting
    )
    return world, ids


def adoption_of(world: JobWorld) -> AdoptDatabase:
    """Return what adopts the database of a world."""
    close_run = CloseRun(store=world.store, clock=world.clock)
    return AdoptDatabase(store=world.store, clock=world.clock, close_run=close_run)


def on_new_machine(store: SqlStore, world: JobWorld) -> JobWorld:
    """Return the same time on another database, with a state machine that knows nothing."""
    return JobWorld(store, clock=world.clock, executions=InMemoryJobExecutions())


def run_to_the_end(world: JobWorld, ids: list[str]) -> None:
    """Let minutes pass, and run each attempt that has been started, until every job has ended."""
    for _ in range(50):
        if all(world.job(job_id).state.is_ended for job_id in ids):
            return
        world.clock.advance(minutes=1)
        world.tick.tick()
        for job_id in ids:
            if world.job(job_id).state is JobState.QUEUED:
                world.run(job_id)
    raise AssertionError([world.job(job_id) for job_id in ids])

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.circuit import Circuit, CircuitKey
from sunwi.domain.job import JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.pace import LOADS_BEFORE_JOB, Turn
from sunwi.domain.run import Run, RunKind, RunStatus
from sunwi.domain.work import Place
from sunwi.domain.worker_pool import Paused
from sunwi.service.ports.outside import Store, Transaction
from tests.job_world import JobWorld


def _queued(world: JobWorld, *ids: str) -> list[str]:
    return [job_id for job_id in ids if world.job(job_id).state is JobState.QUEUED]


def test_the_most_urgent_goes_first_and_of_equals_the_longest_ready(world: JobWorld) -> None:
    low, normal, later, critical = (
        world.submit(priority=priority)
        for priority in (Priority.LOW, Priority.NORMAL, Priority.NORMAL, Priority.CRITICAL)
    )
    world.admit_jobs.admit()
    order = []
    while queued := _queued(world, low, normal, later, critical):
        order += queued
        world.run(queued[0])
    assert order == [critical, normal, later, low]


@pytest.mark.parametrize("scales", [False, True])
def test_whoever_was_submitted_while_the_pool_was_waited_for_has_its_place(world: JobWorld, *, scales: bool) -> None:
    world.set_pool(workers=1, least=1, most=1)
    world.submit(priority=Priority.LOW)
    urgent: list[str] = []

    class BusyStore(Store):
        """A store that somebody else writes to for a second before each transaction."""

        @contextmanager
        def begin(self) -> Iterator[Transaction]:
            world.clock.advance(seconds=1)
            if not urgent:
                urgent.append(world.submit(priority=Priority.CRITICAL))
            with world.store.begin() as tx:
                yield tx

        def read(self) -> AbstractContextManager[Transaction]:
            return world.store.read()

    admit_jobs = replace(world.admit_jobs, store=BusyStore())
    admitted = admit_jobs.scale_and_admit() if scales else admit_jobs.admit()
    assert [job.key.job_id for job in admitted] == urgent


def test_as_many_are_admitted_as_there_are_workers(world: JobWorld) -> None:
    ids = [world.submit() for _ in range(5)]
    world.set_pool(workers=3)
    assert [job.key.job_id for job in world.admit_jobs.admit()] == ids[:3]
    assert not world.admit_jobs.admit()
    assert list(world.executions.executions) == [f"{job_id}-1" for job_id in ids[:3]]


def test_a_place_is_taken_up_by_whoever_is_next(world: JobWorld) -> None:
    first, second = world.submit(), world.submit()
    world.admit_jobs.admit()
    world.run(first)
    assert _queued(world, second) == [second]


def test_nobody_is_admitted_before_their_time(world: JobWorld) -> None:
    later = world.submit(not_before=world.clock.now() + timedelta(minutes=10), priority=Priority.CRITICAL)
    now = world.submit(priority=Priority.LOW)
    world.set_pool(workers=2)
    world.admit_jobs.admit()
    assert _queued(world, later, now) == [now]
    world.clock.advance(minutes=10)
    world.admit_jobs.admit()
    assert _queued(world, later, now) == [later, now]


def test_an_execution_that_cannot_be_started_is_left_to_the_tick(world: JobWorld) -> None:
    job_id = world.submit()
    world.executions.refusals = 1
    world.admit_jobs.admit()
    assert not world.executions.executions
    world.clock.advance(seconds=61)
    world.tick.tick()
    assert list(world.executions.executions) == [f"{job_id}-1"]
    assert world.executions.places == {f"{job_id}-1": Place.CORE}


def test_a_kind_at_its_limit_is_passed_over_and_blocks_no_other(world: JobWorld) -> None:
    sited = [world.submit("sited", params={"name": "a"}, priority=Priority.HIGH) for _ in range(4)]
    others = [world.submit() for _ in range(3)]
    world.set_pool(workers=4)
    assert [job.key.job_id for job in world.admit_jobs.admit()] == [*sited[:2], *others[:2]]


def test_a_kind_at_its_limit_blocks_no_other_however_many_of_it_stand_in_front(world: JobWorld) -> None:
    sited = [world.submit("sited", params={"name": "a"}, priority=Priority.HIGH) for _ in range(25)]
    others = [world.submit() for _ in range(3)]
    world.set_pool(workers=4)
    assert [job.key.job_id for job in world.admit_jobs.admit()] == [*sited[:2], *others[:2]]
    world.run(others[0])
    assert _queued(world, *sited, *others) == [*sited[:2], others[1], others[2]]
    world.run(sited[0])
    assert _queued(world, *sited, *others) == [sited[1], sited[2], others[1], others[2]]


def test_a_lane_that_refuses_is_passed_over_and_its_site_s_others_are_not(world: JobWorld) -> None:
    now = world.clock.now()
    with world.store.begin() as tx:
        tx.circuits.lock(CircuitKey("made-up", "a"))
        tx.circuits.save(
            Circuit(key=CircuitKey("made-up", "a"), opened_at=now, pauses=1, probe_at=now + timedelta(minutes=5))
        )
    held = world.submit("sited", params={"name": "a"}, priority=Priority.HIGH)
    free = world.submit("sited", params={"name": "b"})
    world.set_pool(workers=2)
    world.admit_jobs.admit()
    assert _queued(world, held, free) == [free]
    world.clock.advance(minutes=5)
    world.admit_jobs.admit()
    assert _queued(world, held, free) == [held, free]


@pytest.mark.parametrize("is_night", [True, False])
def test_a_site_without_a_turn_for_jobs_is_passed_over(world: JobWorld, *, is_night: bool) -> None:
    pause = timedelta(seconds=10)
    world.clock.advance(hours=1)
    if is_night:
        _open_night(world)
    admit = world.admit_jobs
    with world.store.begin() as tx:
        assert isinstance(tx.pace.reserve_for_job("made-up", at=world.clock.now(), pause=pause, max_wait=None), Turn)
    job_id = world.submit("sited", params={"name": "a"})
    object.__setattr__(admit, "site_pause", pause)
    admit.admit()
    assert _queued(world, job_id) == ([] if is_night else [job_id])
    with world.store.begin() as tx:
        for _ in range(LOADS_BEFORE_JOB):
            tx.pace.reserve("made-up", at=world.clock.now(), pause=timedelta(seconds=1), max_wait=None)
    admit.admit()
    assert _queued(world, job_id) == [job_id]


def test_a_paused_pool_admits_nothing_of_people_and_all_of_the_system(world: JobWorld) -> None:
    mine, own = world.submit(priority=Priority.CRITICAL), world.submit(actor=SYSTEM)
    world.set_pool(workers=2, paused=Paused.PEOPLE)
    world.tick.tick()
    assert _queued(world, mine, own) == [own]


def test_a_pool_that_is_paused_for_all_admits_nothing(world: JobWorld) -> None:
    mine, own = world.submit(priority=Priority.CRITICAL), world.submit(actor=SYSTEM)
    world.set_pool(workers=2, paused=Paused.ALL)
    world.tick.tick()
    assert not _queued(world, mine, own)


def test_many_that_wait_add_workers_and_few_take_them_away_with_reasons(world: JobWorld) -> None:
    ids = [world.submit(priority=Priority.LOW) for _ in range(12)]
    world.tick.tick()
    assert len(_queued(world, *ids)) == 4
    for job_id in ids:
        world.run(job_id)
    for _ in range(3):
        world.clock.advance(minutes=1)
        world.tick.tick()
    with world.store.read() as tx:
        changes = [(one.before, one.after, one.reason) for one in tx.job_queue.pool_changes(10)]
        assert tx.job_queue.pool().workers == 1
    assert changes == [(2, 1, "few_waiting"), (4, 2, "few_waiting"), (1, 4, "many_waiting")]


def test_an_urgent_job_that_finds_all_workers_busy_adds_one_at_once(world: JobWorld) -> None:
    busy, urgent = world.submit(), world.submit()
    world.tick.tick()
    assert _queued(world, busy, urgent) == [busy]
    world.admit_jobs.scale_and_admit(urgent=True)
    assert _queued(world, busy, urgent) == [busy, urgent]


def test_an_urgent_job_whose_nudge_was_lost_adds_one_at_the_next_tick(world: JobWorld) -> None:
    busy = world.submit()
    world.tick.tick()
    with world.store.begin() as tx:
        tx.job_queue.record_tick(world.clock.now())
    low = world.submit(priority=Priority.LOW)
    world.tick.tick()
    assert _queued(world, busy, low) == [busy]
    urgent = world.submit()
    world.tick.tick()
    assert _queued(world, busy, low, urgent) == [busy, urgent]


def _open_night(world: JobWorld) -> None:
    now = world.clock.now()
    run = Run(
        id="scheduled-20260102",
        kind=RunKind.SCHEDULED,
        status=RunStatus.RUNNING,
        business_date=now.date(),
        started_at=now,
        deadline=now + timedelta(hours=1),
        expected=0,
        generation=0,
    )
    with world.store.begin() as tx:
        tx.runs.add(run, [])

"""A job of the system's own, submitted with whatever calls for it."""

import pytest

from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.errors import InvalidInput
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from tests.job_world import JobWorld

ORDER = JobOrder(work="no_op", params={"name": "a"})


def submit_of(world: JobWorld) -> SubmitInTransaction:
    return SubmitInTransaction(works=world.works, new_id=world._new_id)  # noqa: SLF001 - one line of ids


def test_the_job_is_there_when_the_transaction_is_and_is_admitted_by_the_next_tick(world: JobWorld) -> None:
    with world.store.begin() as tx:
        job = submit_of(world).submit(tx, ORDER, at=world.clock.now(), idempotency_key="k")
    assert job is not None
    stored = world.job(job.id)
    assert (stored.owner, stored.state, stored.params) == (SYSTEM_OWNER, JobState.PENDING, {"name": "a"})
    assert world.tender.nudges == []
    world.clock.advance(seconds=60)
    world.tick.tick()
    assert world.job(job.id).state is JobState.QUEUED


def test_the_job_is_not_there_when_the_transaction_is_taken_back(world: JobWorld) -> None:
    submit = submit_of(world)

    def fail() -> None:
        with world.store.begin() as tx:
            submit.submit(tx, ORDER, at=world.clock.now(), idempotency_key="k")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with world.store.begin() as tx:
        assert tx.jobs.find_request(SYSTEM_OWNER, "k") is None
        assert submit.submit(tx, ORDER, at=world.clock.now(), idempotency_key="k") is not None


def test_one_key_is_submitted_once(world: JobWorld) -> None:
    submit = submit_of(world)
    with world.store.begin() as tx:
        first = submit.submit(tx, ORDER, at=world.clock.now(), idempotency_key="k")
    with world.store.begin() as tx:
        assert submit.submit(tx, ORDER, at=world.clock.now(), idempotency_key="k") is None
        assert submit.submit(tx, ORDER, at=world.clock.now(), idempotency_key="other") is not None
    assert first is not None


def test_what_cannot_be_is_refused(world: JobWorld) -> None:
    with world.store.begin() as tx, pytest.raises(InvalidInput):
        submit_of(world).submit(tx, JobOrder(work="wrok", params={}), at=world.clock.now(), idempotency_key="k")

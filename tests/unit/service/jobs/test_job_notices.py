"""Whoever asked to be told of a job's end is, in the transaction that ends it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.job import JobState
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NoticeKind
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import Notice
from sunwi.domain.worker_pool import Paused
from sunwi.service.jobs.cancel_job import CancelJob
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.ports.outside import Store
from tests.job_world import ADMIN, FAILING, JobWorld

OPS = {"channel": "ops"}


@pytest.fixture
def told(world: JobWorld) -> JobWorld:
    """A world with a channel of the operators."""
    kinds = frozenset({NoticeKind.BACKUP})
    channel = NewChannel(
        name="ops", kind=ChannelKind.EMAIL, address="ops@a.co.kr", audience=SYSTEM_AUDIENCE, kinds=kinds
    )
    with world.store.begin() as tx:
        assert tx.channels.add(channel, at=world.clock.now())
    return world


def notices(world: JobWorld) -> list[Notice]:
    query = NoticeQuery(wanted=NoticeFilter(), actor=SYSTEM, limit=100)
    with world.store.read() as tx:
        return list(reversed(tx.notices.page(query).notices))


def ends(world: JobWorld) -> list[str]:
    return [notice.content["state"] for notice in notices(world)]


def cancel(world: JobWorld, job_id: str) -> None:
    CancelJob(store=world.store, tender=world.tender, clock=world.clock).cancel(ADMIN, job_id)


def test_a_success_is_told_once_to_the_channel_that_was_named(told: JobWorld) -> None:
    job_id = told.submit(notify=OPS)
    told.admit_jobs.admit()
    assert notices(told) == []
    told.run(job_id)
    told.end_attempt.ended(told.key(job_id), "succeeded")
    (notice,) = notices(told)
    assert (notice.kind, notice.channel, notice.audience) == ("job_ended", "ops", SYSTEM_AUDIENCE)
    assert (notice.content["job_id"], notice.content["work"], notice.content["state"]) == (job_id, "no_op", "SUCCEEDED")


def test_a_job_without_a_wish_tells_nobody(told: JobWorld) -> None:
    job_id = told.submit()
    told.admit_jobs.admit()
    told.run(job_id)
    assert notices(told) == []


def test_an_attempt_that_is_tried_again_tells_nothing_and_the_last_failure_is_told(told: JobWorld) -> None:
    job_id = told.submit("failing", params={"fail": "retryable"}, notify=OPS)
    for _ in range(FAILING.back_off.tries + 1):
        assert notices(told) == []
        told.clock.advance(minutes=11)
        told.admit_jobs.admit()
        told.run(job_id)
    (notice,) = notices(told)
    assert (notice.content["state"], notice.content["code"]) == ("FAILED", "layout_unknown")


def test_a_permanent_failure_is_told_at_once(told: JobWorld) -> None:
    job_id = told.submit("failing", params={"fail": "permanent"}, notify=OPS)
    told.admit_jobs.admit()
    told.run(job_id)
    content = notices(told)[0].content
    assert (content["state"], content["code"], content["fields"]) == ("FAILED", "never_done", {"number": 7})


def test_a_crash_that_uses_the_last_attempt_up_is_told_by_the_tender(told: JobWorld) -> None:
    job_id = told.submit("failing", params={"fail": "retryable"}, notify=OPS)
    for _ in range(FAILING.back_off.tries + 1):
        told.clock.advance(minutes=11)
        told.admit_jobs.admit()
        told.end_attempt.crashed(told.key(job_id), error="Runtime.ExitError", error_type="")
    assert told.job(job_id).state is JobState.FAILED
    assert ends(told) == ["FAILED"]


def test_a_job_that_is_cancelled_while_it_waits_is_told_of(told: JobWorld) -> None:
    job_id = told.submit(notify=OPS)
    cancel(told, job_id)
    cancel(told, job_id)
    assert ends(told) == ["CANCELLED"]


def test_a_job_that_is_cancelled_while_it_runs_is_told_of_when_it_has_stopped(told: JobWorld) -> None:
    def ask_to_stop(running: RunningJob, _number: int) -> None:
        cancel(told, running.job.id)
        assert notices(told) == []

    told.in_chunk = ask_to_stop
    job_id = told.submit("counted", params={"chunks": 2}, notify=OPS)
    told.admit_jobs.admit()
    told.run(job_id)
    assert ends(told) == ["CANCELLED"]


def test_jobs_that_expire_while_they_wait_are_told_of_all_at_once(told: JobWorld) -> None:
    wished = [told.submit(notify=OPS) for _ in range(3)]
    told.submit()
    told.set_pool(paused=Paused.ALL)
    told.clock.advance(days=8)
    told.tick.tick()
    told.tick.tick()
    assert sorted(notice.content["job_id"] for notice in notices(told)) == sorted(wished)
    assert {(notice.content["state"], notice.content["code"]) for notice in notices(told)} == {("EXPIRED", "expired")}


def test_a_job_that_is_retried_is_told_of_at_each_end(told: JobWorld) -> None:
    job_id = told.submit("failing", params={"fail": "permanent"}, notify=OPS)
    for _ in range(2):
        told.admit_jobs.admit()
        told.run(job_id)
        told.clock.advance(minutes=1)
        with told.store.begin() as tx:
            expires_at = {"failing": told.clock.now() + timedelta(days=1)}
            tx.jobs.retry([job_id], at=told.clock.now(), expires_at=expires_at, fresh=True)
    assert ends(told) == ["FAILED", "FAILED"]


def test_an_agency_is_told_by_all_of_its_channels_that_want_it(world: JobWorld) -> None:
    audience = Audience(AudienceKind.AGENCY, 1)
    with world.store.begin() as tx:
        tx.connection.exec_driver_sql("INSERT INTO agency (id, name, created_at) VALUES (1, 'a', '2026-01-01')")
        for name in ("one", "two"):
            tx.channels.add(
                NewChannel(name=name, kind=ChannelKind.EMAIL, address=f"{name}@agency.co.kr", audience=audience),
                at=world.clock.now(),
            )
    job_id = world.submit(notify={"audience": "agency:1"})
    world.admit_jobs.admit()
    world.run(job_id)
    assert sorted(str(notice.channel) for notice in notices(world)) == ["one", "two"]


@dataclass
class RefusingEnds(Store):
    """Takes back every transaction that ends a job, after its notice was posted."""

    sql: SqlStore

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self.sql.begin() as tx:
            yield tx
            ended = tx.connection.exec_driver_sql("SELECT count(*) FROM job WHERE state = 'CANCELLED'").scalar_one()
            if ended:
                raise ZeroDivisionError

    def read(self) -> Any:
        return self.sql.read()


def test_an_end_that_is_taken_back_is_told_to_nobody(told: JobWorld) -> None:
    job_id = told.submit(notify=OPS)
    refusing = CancelJob(store=RefusingEnds(told.store), tender=told.tender, clock=told.clock)
    with pytest.raises(ZeroDivisionError):
        refusing.cancel(ADMIN, job_id)
    assert (told.job(job_id).state, notices(told)) == (JobState.PENDING, [])

"""Jobs that live through a history of events, in the database and by the use cases; kinds are made up."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlTransaction
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.circuit import CircuitKey
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.job_end import FailedAttempt, after_failure, after_pause, after_refusal
from sunwi.domain.job_list import FailedJobs, JobFilter
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import BackOff, Place, SiteNeed, Work, Works
from sunwi.domain.worker_pool import Paused
from sunwi.service.jobs.admit_jobs import AdmitJobs
from sunwi.service.jobs.end_attempt import EndAttempt
from sunwi.service.jobs.submitting.retry_jobs import RetryJobs
from sunwi.service.jobs.submitting.submit_bulk import SubmitBulk
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.testing.clock import ManualClock
from sunwi.testing.jobs import InMemoryJobExecutions, InMemoryTender
from tests.examples import NIGHT
from tests.jobs.job_examples import worker_of
from tests.session_days import OneTransaction

#: How long a job waits for its site's turn, backs off, and stays away when it was refused; in seconds.
PATIENCE, BACK_OFF, REFUSED = 60, 30, 300
#: Kinds with a site → how many of them may be admitted at a time.
LIMITS = {"lookup": 2, "stores": 1}

PERSON = Actor(owner="kim", role=Role.ADMIN)
_MANY = 1_000
_FAR = timedelta(days=1)


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    return dict(params)


def _lane(params: Mapping[str, Any]) -> str:
    return str(params["lane"])


def _kind(name: str) -> Work:
    limit = LIMITS.get(name)
    patience = timedelta(seconds=PATIENCE)
    site = None if limit is None else SiteNeed(site="naver", limit=limit, max_wait=patience, lane=_lane)
    pause = timedelta(seconds=BACK_OFF)
    back_off = BackOff(tries=_MANY, first=pause, factor=1, longest=pause)
    return Work(name=name, parse=_params, place=Place.CORE, steps=(), back_off=back_off, site=site)


WORKS = Works(tuple(map(_kind, ("export", *LIMITS))))


@dataclass
class JobLine:
    """The line as it really is."""

    tx: SqlTransaction
    clock: ManualClock
    ids: Random

    def submit(self, works: Sequence[str], *, priority: int, lane: str, is_of_system: bool, delay: int) -> list[str]:
        """Submit one job, or several in one call; their ids are in no order."""
        at = self.clock.at + timedelta(microseconds=delay)
        orders = [
            JobOrder(work=work, params={"lane": lane}, priority=Priority(priority), not_before=at) for work in works
        ]
        actor = SYSTEM if is_of_system else PERSON
        parts: Any = {"store": OneTransaction(self.tx), "tender": InMemoryTender(), "clock": self.clock, "works": WORKS}
        parts |= {"new_id": self._new_id, "most_waiting": _MANY}
        if len(orders) == 1:
            return [SubmitJob(**parts).submit(actor, orders[0]).job.id]
        return [job_id or "" for job_id in SubmitBulk(**parts).submit(actor, orders).job_ids]

    def admit(self) -> list[str]:
        """Admit what may be admitted now."""
        return [admitted.key.job_id for admitted in self._admit_jobs.admit()]

    def claim(self, job_id: str) -> None:
        """Have a worker claim a job, if none has."""
        key = self._key(job_id)
        self.tx.job_attempts.claim(key, worker_of(key), at=self.clock.at)

    def end(self, job_id: str, how: str) -> None:
        """End an attempt: well, badly, for a pause, at a checkpoint, or before it began."""
        job, now = self._job(job_id), self.clock.at
        failure = JobFailure("page_timed_out")
        ends = {
            "done": JobEnd(outcome=AttemptOutcome.SUCCEEDED, state=JobState.SUCCEEDED, at=now),
            "fail": JobEnd(outcome=AttemptOutcome.FAILED, state=JobState.FAILED, at=now, failure=failure),
            "back off": after_failure(
                job,
                WORKS.find(job.work),
                FailedAttempt(failure=failure, outcome=AttemptOutcome.FAILED, at=now, jitter=1),
            ),
            "refuse": after_refusal(job, at=now),
            "checkpoint": after_pause(job, at=now, seconds=1),
        }
        end = EndAttempt(
            store=OneTransaction(self.tx),
            works=WORKS,
            admit_jobs=self._admit_jobs,
            clock=self.clock,
            random=Random(0),
        )
        assert end.store_end(job, ends[how])

    def retry(self, job_id: str) -> None:
        """Retry a failed job."""
        wanted = FailedJobs(wanted=JobFilter(), actor=PERSON, job_ids=[job_id])
        parts: Any = {"store": OneTransaction(self.tx), "tender": InMemoryTender(), "clock": self.clock, "works": WORKS}
        [verdict] = RetryJobs(**parts, most_waiting=_MANY).retry(PERSON, wanted)
        assert verdict.error is None

    def set_pool(self, **values: Any) -> None:
        """Change the number of workers, or who is paused."""
        pool = self.tx.job_queue.pool()
        if "paused" in values:
            values["paused"] = Paused(values["paused"])
        self.tx.job_queue.save_pool(replace(pool, **values), before=pool)

    def set_lane(self, lane: str, *, is_shut: bool) -> None:
        """Open a lane's circuit, or close it."""
        circuit = self.tx.circuits.lock(CircuitKey("naver", lane))
        opened, probe = (self.clock.at, self.clock.at + _FAR) if is_shut else (None, None)
        self.tx.circuits.save(replace(circuit, opened_at=opened, probe_at=probe))

    def hold_site(self, seconds: int) -> None:
        """Let nobody load a page of the site for a while."""
        self.tx.pace.hold_until("naver", self.clock.at + timedelta(seconds=seconds))

    @property
    def _admit_jobs(self) -> AdmitJobs:
        return AdmitJobs(
            store=OneTransaction(self.tx),
            executions=InMemoryJobExecutions(),
            works=WORKS,
            clock=self.clock,
            site_pause=timedelta(seconds=2),
        )

    def _job(self, job_id: str) -> Job:
        job = self.tx.jobs.get(job_id)
        assert job is not None
        return job

    def _key(self, job_id: str) -> JobKey:
        return JobKey(job_id, self._job(job_id).generation)

    def _new_id(self) -> str:
        return f"{self.ids.getrandbits(64):016x}"


@contextmanager
def job_line(engine: Engine) -> Iterator[JobLine]:
    """Open a transaction with nobody in the line; take everything back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield JobLine(SqlTransaction(connection), ManualClock(NIGHT), Random(0))
        transaction.rollback()

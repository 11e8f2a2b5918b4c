"""Jobs as people ask for them, on a real store, with made-up kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, delete, insert

from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import AgencyRow, JobRow
from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.work import Place, Work, Works
from sunwi.domain.worker_pool import Worker
from sunwi.service.jobs.cancel_job import CancelJob
from sunwi.service.jobs.manage_pool import ManagePool
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.reading.list_jobs import ListJobs
from sunwi.service.jobs.reading.read_result import ReadResult
from sunwi.service.jobs.reading.show_job import ShowJob
from sunwi.service.jobs.submitting.retry_jobs import RetryJobs
from sunwi.service.jobs.submitting.submit_bulk import SubmitBulk
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.testing import ManualClock
from sunwi.testing.jobs import InMemoryJobFiles, InMemoryTender
from tests.examples import NIGHT

ADMIN = Actor(owner="cli:admin", role=Role.ADMIN)
AGENCY = Actor(owner="account-1", role=Role.AGENCY, agency_id=1)
#: Another person of the same agency.
COLLEAGUE = Actor(owner="account-2", role=Role.AGENCY, agency_id=1)
OTHER_AGENCY = Actor(owner="account-3", role=Role.AGENCY, agency_id=2)
ADVERTISER = Actor(owner="account-4", role=Role.ADVERTISER)


class EchoParams(BaseModel):
    """What the made-up kinds take."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str
    times: int = 1


def _parse(params: Mapping[str, Any]) -> dict[str, Any]:
    return parse_params(EchoParams, params).model_dump()


ECHO = Work(name="echo", parse=_parse, place=Place.CORE, steps=("say",), limit_seconds=600)
#: One of each owner at a time.
SINGLE = replace(ECHO, name="single", one_per_owner=True)
#: Not for everybody.
ADMINISTRATIVE = replace(ECHO, name="administrative", submitted_by=frozenset({Role.ADMIN, Role.SYSTEM}))
WORKS = Works((ECHO, SINGLE, ADMINISTRATIVE))


def desk_on(engine: Engine, **more: Any) -> "JobDesk":
    """Open a desk on a fresh database, which has the agencies 1 and 2."""
    with engine.begin() as connection:
        for name in ("한빛", "새봄"):
            connection.execute(insert(AgencyRow).values(name=name, created_at=NIGHT))
    return JobDesk(SqlStore(engine), **more)


def order(work: str = "echo", **more: Any) -> JobOrder:
    """An order that is good unless it is told otherwise."""
    return JobOrder(**{"work": work, "params": {"text": "안녕"}, **more})


def ids_from(first: int) -> Callable[[], str]:
    """Make ids that count up."""
    numbers = count(first)
    return lambda: f"00000000-0000-7000-8000-{next(numbers):012d}"


@dataclass
class JobDesk:
    """The use cases over one store."""

    store: SqlStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    tender: InMemoryTender = field(default_factory=InMemoryTender)
    files: InMemoryJobFiles = field(default_factory=InMemoryJobFiles)
    works: Works = WORKS
    most_waiting: int = 10_000
    new_id: Callable[[], str] = field(default_factory=lambda: ids_from(1))

    @property
    def submit_job(self) -> SubmitJob:
        return SubmitJob(
            store=self.store,
            tender=self.tender,
            clock=self.clock,
            works=self.works,
            new_id=self.new_id,
            most_waiting=self.most_waiting,
        )

    @property
    def submit_bulk(self) -> SubmitBulk:
        return SubmitBulk(
            store=self.store,
            tender=self.tender,
            clock=self.clock,
            works=self.works,
            new_id=self.new_id,
            most_waiting=self.most_waiting,
        )

    @property
    def cancel_job(self) -> CancelJob:
        return CancelJob(store=self.store, tender=self.tender, clock=self.clock)

    @property
    def retry_jobs(self) -> RetryJobs:
        return RetryJobs(
            store=self.store,
            tender=self.tender,
            clock=self.clock,
            works=self.works,
            most_waiting=self.most_waiting,
        )

    @property
    def show_job(self) -> ShowJob:
        return ShowJob(store=self.store, works=self.works)

    @property
    def list_jobs(self) -> ListJobs:
        return ListJobs(self.store)

    @property
    def read_result(self) -> ReadResult:
        return ReadResult(store=self.store, open_files=lambda: self.files)

    @property
    def manage_pool(self) -> ManagePool:
        return ManagePool(store=self.store, tender=self.tender, clock=self.clock)

    def submit(self, work: str = "echo", *, actor: Actor = ADMIN, **more: Any) -> Job:
        """Submit a good order."""
        return self.submit_job.submit(actor, order(work, **more)).job

    def get(self, job_id: str) -> Job:
        with self.store.read() as tx:
            job = tx.jobs.get(job_id)
        assert job is not None
        return job

    def forget(self, job_id: str) -> None:
        """Take a job that was never admitted out of the database, as the archive does with those that are old."""
        with self.store.begin() as tx:
            tx.connection.execute(delete(JobRow).where(JobRow.id == job_id))

    def admit(self, job_id: str) -> JobKey:
        """Make a job QUEUED."""
        with self.store.begin() as tx:
            (admitted,) = tx.job_queue.admit([job_id], at=self.clock.now())
        return admitted.key

    def run(self, job_id: str) -> JobKey:
        """Make a job RUNNING."""
        key, now = self.admit(job_id), self.clock.now()
        worker = Worker(
            id="worker-1",
            place="core",
            environment="",
            job_id=job_id,
            generation=key.generation,
            since=now,
            claimed_at=now,
            seen_at=now,
        )
        with self.store.begin() as tx:
            assert tx.job_attempts.claim(key, worker, at=now) is not None
        return key

    def end(self, job_id: str, state: JobState = JobState.FAILED, *, result: Mapping[str, Any] | None = None) -> Job:
        """Run a job and let it end."""
        key = self.run(job_id)
        failure = JobFailure("crash", reason="it died") if state is JobState.FAILED else None
        end = JobEnd(
            outcome=AttemptOutcome(state.value.lower()),
            state=state,
            at=self.clock.now(),
            failure=failure,
            result=result,
            seconds=3,
        )
        with self.store.begin() as tx:
            assert tx.jobs.end(key, end, expected=JobState.RUNNING)
        return self.get(job_id)

"""Jobs of made-up kinds on a real database, with everything around it in memory and time by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import Job, JobKey
from sunwi.domain.job_order import JobOrder
from sunwi.domain.work import BackOff, Place, SiteNeed, Work, Works
from sunwi.domain.worker_pool import Worker
from sunwi.errors import InvalidInput, LayoutUnknown, Permanent
from sunwi.service.jobs.admit_jobs import AdmitJobs
from sunwi.service.jobs.end_attempt import EndAttempt
from sunwi.service.jobs.run_attempt import RunAttempt, WorkerLife
from sunwi.service.jobs.running_job import JobRunner, RunningJob
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.service.jobs.tick import Tick
from sunwi.testing.clock import ManualClock
from sunwi.testing.jobs import InMemoryJobExecutions, InMemoryJobFiles, InMemoryTender, InMemoryWorkerProcess

START = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
ADMIN = Actor(owner="cli:tester", role=Role.ADMIN)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(params) - {"name", "chunks", "fail"}):
        raise InvalidInput(f"the param {unknown[0]!r} is not known", code="param_unknown", param=unknown[0], known="")
    return dict(params)


#: Does nothing.
NO_OP = Work(name="no_op", parse=_plain, place=Place.CORE, steps=("work",))
#: Counts to `chunks`, with a checkpoint behind each.
COUNTED = Work(name="counted", parse=_plain, place=Place.CORE, steps=("count",), can_checkpoint=True, soft_seconds=100)
#: Fails as its params say.
FAILING = Work(
    name="failing",
    parse=_plain,
    place=Place.CORE,
    steps=("fail",),
    back_off=BackOff(tries=2, first=timedelta(seconds=60), longest=timedelta(seconds=600)),
)
#: Two at a time, of a site with pace and circuit.
SITED = Work(
    name="sited",
    parse=_plain,
    place=Place.BROWSER,
    steps=("load",),
    site=SiteNeed(site="made-up", limit=2, max_wait=timedelta(seconds=30), lane=lambda params: str(params["name"])),
)
KINDS = (NO_OP, COUNTED, FAILING, SITED)


def run_no_op(running: RunningJob) -> Mapping[str, Any]:
    running.progress(50, step="work", message="하는 중")
    return {"name": running.job.params.get("name")}


def run_failing(running: RunningJob) -> Mapping[str, Any]:
    match running.job.params["fail"]:
        case "retryable":
            raise LayoutUnknown("the page is another one")
        case "permanent":
            raise Permanent("it can never be done", code="never_done", number=7)
        case _:
            raise ZeroDivisionError("a mistake of the kind's own")


@dataclass
class JobWorld:
    store: SqlStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    executions: InMemoryJobExecutions = field(default_factory=InMemoryJobExecutions)
    tender: InMemoryTender = field(default_factory=InMemoryTender)
    files: InMemoryJobFiles = field(default_factory=InMemoryJobFiles)
    process: InMemoryWorkerProcess = field(default_factory=InMemoryWorkerProcess)
    kinds: tuple[Work, ...] = KINDS
    #: Seconds that counting one chunk takes.
    chunk_seconds: float = 10
    #: Called in each chunk, before its checkpoint.
    in_chunk: Callable[[RunningJob, int], None] = lambda _running, _number: None
    chunks_done: list[tuple[str, int]] = field(default_factory=list)
    published: int = 0
    _ids: int = 0

    @property
    def works(self) -> Works:
        return Works(self.kinds)

    @property
    def admit_jobs(self) -> AdmitJobs:
        return AdmitJobs(
            store=self.store,
            executions=self.executions,
            works=self.works,
            clock=self.clock,
            site_pause=timedelta(seconds=2),
        )

    @property
    def end_attempt(self) -> EndAttempt:
        return EndAttempt(
            store=self.store, works=self.works, admit_jobs=self.admit_jobs, clock=self.clock, random=Random(1)
        )

    @property
    def tick(self) -> Tick:
        return Tick(
            store=self.store,
            executions=self.executions,
            works=self.works,
            admit_jobs=self.admit_jobs,
            end_attempt=self.end_attempt,
            clock=self.clock,
            publish=self._publish,
        )

    def worker(self, name: str = "w1") -> RunAttempt:
        runners: dict[str, Callable[[], JobRunner]] = {
            "no_op": lambda: run_no_op,
            "counted": lambda: self._count,
            "failing": lambda: run_failing,
            "sited": lambda: run_no_op,
        }
        return RunAttempt(
            store=self.store,
            works=self.works,
            runners=runners,
            files=self.files,
            process=self.process,
            life=WorkerLife(self._worker(name)),
            clock=self.clock,
            random=Random(1),
            sleep=lambda seconds: self.clock.advance(seconds=seconds),
            heartbeat_seconds=3600,
        )

    def submit(self, work: str = "no_op", *, actor: Actor = ADMIN, **order: Any) -> str:
        self.clock.advance(microseconds=1)
        submit = SubmitJob(
            store=self.store,
            tender=self.tender,
            clock=self.clock,
            works=self.works,
            new_id=self._new_id,
            most_waiting=10_000,
        )
        params = order.pop("params", {})
        return submit.submit(actor, JobOrder(work=work, params=params, **order)).job.id

    def job(self, job_id: str) -> Job:
        with self.store.read() as tx:
            job = tx.jobs.get(job_id)
        assert job is not None
        return job

    def key(self, job_id: str) -> JobKey:
        return JobKey(job_id, self.job(job_id).generation)

    def set_pool(self, **changes: Any) -> None:
        with self.store.begin() as tx:
            pool = tx.job_queue.lock_pool()
            tx.job_queue.save_pool(replace(pool, changed_at=self.clock.now(), **changes), before=pool)

    def run(self, job_id: str, *, worker: RunAttempt | None = None, remaining_seconds: float = 900) -> str:
        """Admit and run one attempt, and tell the tender, as the state machine would."""
        key = self.key(job_id)
        outcome = (worker or self.worker()).run(key, remaining_seconds=remaining_seconds)
        self.end_attempt.ended(key, outcome)
        return outcome

    def outcomes(self, job_id: str) -> list[str | None]:
        with self.store.read() as tx:
            return [one.outcome.value if one.outcome else None for one in tx.jobs.attempts_of(job_id)]

    def _count(self, running: RunningJob) -> Mapping[str, Any]:
        done = int((running.job.checkpoint or {}).get("done", 0))
        for number in range(done + 1, int(running.job.params["chunks"]) + 1):
            self.clock.advance(seconds=self.chunk_seconds)
            self.in_chunk(running, number)
            running.save({"done": number}, rows=lambda _tx: self.chunks_done.append((running.job.id, number)))  # noqa: B023 - called at once
        return {"done": int(running.job.params["chunks"])}

    def _worker(self, name: str) -> Worker:
        now = self.clock.now()
        return Worker(
            id=name,
            place="core",
            environment=name,
            job_id=None,
            generation=None,
            since=now,
            claimed_at=None,
            seen_at=now,
        )

    def _new_id(self) -> str:
        self._ids += 1
        return f"00000000-0000-7000-8000-{self._ids:012d}"

    def _publish(self) -> None:
        self.published += 1

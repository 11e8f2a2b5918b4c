"""Once a minute, and whenever somebody asks: make up for whatever was lost between two parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.job import (
    EXECUTION_GRACE,
    WORKER_DEAD_AFTER,
    Job,
    JobEnd,
    JobKey,
    JobState,
)
from sunwi.domain.job_end import after_refusal, cancelled, expired, proves_death
from sunwi.domain.job_notify import notice_of_end
from sunwi.domain.work import Works
from sunwi.errors import Retryable, StoreUnavailable
from sunwi.service.jobs.admit_jobs import AdmitJobs
from sunwi.service.jobs.end_attempt import EndAttempt
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.job_engine import Execution, ExecutionStatus, JobExecutions
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Waiting jobs that expire in one tick at most; the next one takes the rest.
_MOST_EXPIRED = 5_000
#: Seconds that are spent on asking what became of executions; the next tick goes on.
_ASKING_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Look after jobs, part by part; one that fails keeps no other from its work.

    Attributes:
        publish: Publishes the figures of the jobs.
        others: Further parts by their names: what other capabilities do each minute.
    """

    store: Store
    executions: JobExecutions
    works: Works
    admit_jobs: AdmitJobs
    end_attempt: EndAttempt
    clock: Clock
    publish: Callable[[], None]
    others: Sequence[tuple[str, Callable[[], object]]] = ()

    def tick(self) -> None:
        """Scale and admit, ask after executions, expire, do what others have each minute, publish figures.

        Admission comes first, and once more behind whatever the others have freed. While the database is away, the
        first part to find that out ends the tick.
        """
        parts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("admit", self.admit_jobs.scale_and_admit),
            ("ask_executions", self._ask_executions),
            ("expire", self._expire),
            ("admit_again", self.admit_jobs.admit),
            *self.others,
            ("publish", self.publish),
        )
        for name, part in parts:
            try:
                part()
            except StoreUnavailable as error:
                log.warning("tick_part_given_up", part=name, error=str(error))
                if self._is_away():
                    return
            except Exception as error:
                log.exception("tick_part_failed", part=name, error=str(error))

    def _ask_executions(self) -> None:
        """Ask what became of executions that have had time to start."""
        now = self.clock.now()
        with self.store.read() as tx:
            jobs = tx.job_queue.admitted_before(now - EXECUTION_GRACE)
        until = self.clock.monotonic() + _ASKING_SECONDS
        for job in jobs:
            if self.clock.monotonic() > until:
                log.warning("executions_left_to_next_tick", first=job.id)
                return
            try:
                self._ask_execution(job, now)
            except Retryable as error:
                log.warning("execution_not_asked", job_id=job.id, error=str(error))

    def _ask_execution(self, job: Job, now: datetime) -> None:
        execution = self.executions.describe(JobKey(job.id, job.generation))
        match execution.status:
            case ExecutionStatus.MISSING:
                log.warning("execution_started_late", job_id=job.id, generation=job.generation)
                self.executions.start(JobKey(job.id, job.generation), self.works.place_of(job.work))
            case ExecutionStatus.RUNNING:
                return
            case ExecutionStatus.ABORTED:
                self._stop(job, now)
            case _:
                self._make_up_end(job, execution, now)

    def _stop(self, job: Job, now: datetime) -> None:
        """Take an execution that somebody aborted for a wish to stop the job."""
        if job.state is JobState.QUEUED:
            self._store(job, cancelled(at=now))
            return
        with self.store.begin() as tx:
            tx.jobs.request_cancel(job.id, at=now)
        if self._is_gone(job, now):
            self._store(job, cancelled(at=now, seconds=_ran(job, now)))

    def _make_up_end(self, job: Job, execution: Execution, now: datetime) -> None:
        """End an attempt whose execution is over and whose end nobody has stored."""
        error = execution.error or execution.status.value
        if job.state is JobState.QUEUED and not proves_death(error, ""):
            self._store(job, after_refusal(job, at=now))
        elif job.state is JobState.QUEUED or self._is_gone(job, now):
            retry_conflicts(self.end_attempt.record_crash)(job, error=error)

    def _is_gone(self, job: Job, now: datetime) -> bool:
        """Return whether nothing has been heard of the attempt's worker for so long that it is gone."""
        with self.store.read() as tx:
            worker = tx.workers.of_attempt(JobKey(job.id, job.generation))
        return worker is None or now - worker.seen_at >= WORKER_DEAD_AFTER

    def _store(self, job: Job, end: JobEnd) -> None:
        retry_conflicts(self.end_attempt.store_end)(job, end)

    def _expire(self) -> None:
        """Expire those that wait in one go, and those that are admitted one by one, since each has an execution."""
        now = self.clock.now()
        with self.store.begin() as tx:
            ended = tx.job_queue.expire_waiting(now, _MOST_EXPIRED)
            told = (notice_of_end(job, expired(at=now, failure=job.failure)) for job in ended.to_tell)
            tx.notices.post([notice for notice in told if notice is not None], at=now)
        if ended.number:
            log.info("jobs_expired", number=ended.number)
        with self.store.read() as tx:
            overdue = tx.job_queue.list_overdue(now)
        for job in overdue:
            self._store(job, expired(at=now, failure=job.failure))

    def _is_away(self) -> bool:
        """Return whether the database is away, and not only busy with what one part wanted."""
        try:
            with self.store.read() as tx:
                tx.job_queue.pool()
        except StoreUnavailable:
            return True
        return False


def _ran(job: Job, now: datetime) -> float:
    started = job.started_at or now
    return min((now - started).total_seconds(), job.left_seconds())

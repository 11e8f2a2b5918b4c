"""Record how an execution ended that the state machine reports, and admit who is next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog

from sunwi.domain.job import HEARTBEAT, AttemptOutcome, Job, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.job_end import FailedAttempt, after_failure, after_refusal, is_refusal, proves_death
from sunwi.domain.work import LONGEST_ATTEMPT_SECONDS, Works
from sunwi.service.jobs.admit_jobs import AdmitJobs
from sunwi.service.jobs.store_end import store_end
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import JobNudge, nobody_watches
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: What a worker answers when it had nothing to claim, or could not reach the database to do so.
UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAttempt:
    """Take what the state machine says of an attempt; every write is conditional, so that twice is once.

    Attributes:
        random: Source of jitter.
        nudge: Tells open pages that a job has changed.
    """

    store: Store
    works: Works
    admit_jobs: AdmitJobs
    clock: Clock
    random: Random
    nudge: JobNudge = nobody_watches

    def ended(self, key: JobKey, outcome: str) -> None:
        """Take that a worker has answered: it has stored the job's end itself, unless it never claimed it.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        if outcome == UNCLAIMED:
            retry_conflicts(self._refuse)(key)
        self.admit_jobs.admit()

    def crashed(self, key: JobKey, *, error: str, error_type: str) -> None:
        """Take that an execution caught an error.

        Only the function's own death ends an attempt that was claimed here. After any other error the worker may be
        alive: the tick ends the attempt when nothing has been heard of it for long enough. Before the claim, what is
        no refusal of Lambda's is a function that cannot start.

        Args:
            key: Of the attempt.
            error: Name of the error.
            error_type: `errorType` of its cause; empty where there is none.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        is_dead = proves_death(error, error_type)
        log.warning("execution_caught", job_id=key.job_id, generation=key.generation, error=error, is_dead=is_dead)
        retry_conflicts(self._crash)(key, error, is_dead=is_dead)
        self.admit_jobs.admit()

    def record_crash(self, job: Job, *, error: str) -> bool:
        """End the attempt of a worker that is gone; False when the job has moved on.

        Args:
            job: QUEUED or RUNNING, as it was read.
            error: Name of what ended it; never what it said.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        now, is_claimed = self.clock.now(), job.state is JobState.RUNNING
        ran = self._ran_until(job, now) if is_claimed else timedelta()
        code = "crash" if is_claimed else "cannot_start"
        attempt = FailedAttempt(
            failure=JobFailure(code, {"error": error}, f"the worker ended without an answer ({error})"),
            outcome=AttemptOutcome.CRASHED if is_claimed else AttemptOutcome.NOT_STARTED,
            at=now,
            seconds=ran.total_seconds(),
            jitter=self.random.random(),
        )
        return self.store_end(job, after_failure(job, self.works.find(job.work), attempt))

    def store_end(self, job: Job, end: JobEnd) -> bool:
        """Store an end, unless the job has moved on since it was read.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            stored = store_end(tx, job, end, expected=job.state)
        if stored is None:
            return False
        log.info(
            "attempt_ended_for_worker",
            job_id=job.id,
            generation=job.generation,
            outcome=stored.outcome.value,
            state=stored.state.value,
            code=stored.failure.code if stored.failure else None,
        )
        self.nudge(job, is_end=True)
        return True

    def _ran_until(self, job: Job, now: datetime) -> timedelta:
        """Return for how long an attempt ran at most, as far as its worker was heard of: silence is no running time."""
        with self.store.read() as tx:
            worker = tx.workers.of_attempt(JobKey(job.id, job.generation))
        started = job.started_at or now
        last = now if worker is None else min(now, worker.seen_at + HEARTBEAT)
        return max(timedelta(), min(last - started, timedelta(seconds=LONGEST_ATTEMPT_SECONDS)))

    def _crash(self, key: JobKey, error: str, *, is_dead: bool) -> None:
        job = self._current(key)
        if job is None or (job.state is JobState.RUNNING and not is_dead):
            return
        if is_dead or not is_refusal(error):
            self.record_crash(job, error=error)
        else:
            self.store_end(job, after_refusal(job, at=self.clock.now()))

    def _refuse(self, key: JobKey) -> None:
        job = self._current(key)
        if job is not None and job.state is JobState.QUEUED:
            self.store_end(job, after_refusal(job, at=self.clock.now()))

    def _current(self, key: JobKey) -> Job | None:
        """Return the job if that attempt is still its present one and open."""
        with self.store.read() as tx:
            job = tx.jobs.get(key.job_id)
        if job is None or job.generation != key.generation or job.state not in (JobState.QUEUED, JobState.RUNNING):
            return None
        return job

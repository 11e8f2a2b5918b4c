"""Run one attempt of a job: claim it, do its work, store how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

import structlog

from sunwi.domain.job import HEARTBEAT, AttemptOutcome, Job, JobEnd, JobFailure, JobKey
from sunwi.domain.job_end import expired
from sunwi.domain.work import Works
from sunwi.domain.worker_pool import Worker
from sunwi.errors import AttemptLost, AttemptTaken, InvalidInput, StoreUnavailable
from sunwi.service.jobs.end_attempt import UNCLAIMED
from sunwi.service.jobs.end_of_run import EndOfRun
from sunwi.service.jobs.heartbeat import Heartbeat
from sunwi.service.jobs.running_job import JobRunner, RunningJob
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import JobNudge, nobody_watches
from sunwi.service.ports.job_engine import JobFiles, WorkerProcess
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: What of an invocation's time is kept for stopping at a checkpoint, and for ending what hangs.
_SOFT_RESERVE_SECONDS, _HARD_RESERVE_SECONDS = 30, 15
#: What a worker answers when its attempt was taken from it, or its end could not be stored: the tick makes it up.
LOST, UNSAVED = "lost", "unsaved"


@dataclass(slots=True)
class WorkerLife:
    """What an environment knows of itself, from one attempt to the next.

    Attributes:
        worker: Its row, as it is.
        pages: Returns how many pages its browser has opened.
        measured_at: When its memory was; None before the first time.
    """

    worker: Worker
    pages: Callable[[], int] = field(default=lambda: 0)
    measured_at: datetime | None = None

    def seen(self, at: datetime, process: WorkerProcess) -> Worker:
        """Return its row as it is now.

        Its memory is measured once in a heartbeat: that takes longer than all else between two attempts.
        """
        if self.measured_at is None or at - self.measured_at >= HEARTBEAT:
            self.worker = replace(self.worker, memory_bytes=process.memory_bytes())
            self.measured_at = at
        return replace(self.worker, seen_at=at, pages=self.pages())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAttempt:
    """Claims and runs attempts in one environment, one after the other.

    Attributes:
        runners: What does each kind's work, built when it is first asked for.
        life: Of this environment.
        random: Source of jitter.
        sleep: Waits for so many seconds.
        heartbeat_seconds: Between two beats.
        nudge: Tells open pages that a job has changed.
    """

    store: Store
    works: Works
    runners: Mapping[str, Callable[[], JobRunner]]
    files: JobFiles
    process: WorkerProcess
    life: WorkerLife
    clock: Clock
    random: Random
    sleep: Callable[[float], None]
    heartbeat_seconds: float = HEARTBEAT.total_seconds()
    nudge: JobNudge = nobody_watches

    def run(self, key: JobKey, *, remaining_seconds: float) -> str:
        """Run one attempt.

        Args:
            key: Of the attempt.
            remaining_seconds: What the invocation has left.

        Returns:
            The attempt's outcome; `UNCLAIMED`, `LOST` or `UNSAVED` when there is none of its own.

        Raises:
            AttemptTaken: Another invocation runs this very attempt.
        """
        started = self.clock.monotonic()
        try:
            job = retry_conflicts(self._claim)(key)
        except StoreUnavailable as error:
            log.warning("job_not_claimed", job_id=key.job_id, error=str(error))
            return UNCLAIMED
        if job is None:
            return UNCLAIMED
        log.info("job_claimed", job_id=job.id, generation=job.generation, work=job.work)
        self.nudge(job)
        running = self._running(job, started=started, remaining_seconds=remaining_seconds)
        end_of_run = EndOfRun(
            database=self.store,
            clock=self.clock,
            random=self.random,
            sleep=self.sleep,
            running=running,
            work=self.works.find(job.work),
            started=started,
        )
        try:
            end = self._refusal(job, end_of_run) or self._work(running, end_of_run)
            end = end_of_run.store(end)
            self._count(end)
            self.nudge(job, is_end=True)
        except AttemptLost:
            log.warning("attempt_lost", job_id=job.id, generation=job.generation)
            return LOST
        except StoreUnavailable as error:
            log.warning("attempt_end_not_stored", job_id=job.id, error=str(error))
            return UNSAVED
        code = end.failure.code if end.failure else None
        facts = {"state": end.state.value, "code": code, "seconds": round(end.seconds, 3)}
        log.info("attempt_ended", job_id=job.id, generation=job.generation, outcome=end.outcome.value, **facts)
        return end.outcome.value

    def _claim(self, key: JobKey) -> Job | None:
        now = self.clock.now()
        claiming = replace(
            self.life.seen(now, self.process), job_id=key.job_id, generation=key.generation, claimed_at=now
        )
        with self.store.begin() as tx:
            job = tx.job_attempts.claim(key, claiming, at=now)
        if job is not None:
            self.life.worker = claiming
            return job
        with self.store.read() as tx:
            is_running = tx.job_attempts.is_running(key)
        if is_running:
            raise AttemptTaken(f"generation {key.generation} of job {key.job_id} runs in another invocation")
        log.info("nothing_to_claim", job_id=key.job_id, generation=key.generation)
        return None

    def _refusal(self, job: Job, end_of_run: EndOfRun) -> JobEnd | None:
        """Return the end of a job whose time is over, or that this release cannot run; None when it can."""
        now = self.clock.now()
        if now >= job.expires_at:
            return expired(at=now, failure=job.failure)
        failure = self._unusable(job)
        return None if failure is None else end_of_run.refused(failure)

    def _unusable(self, job: Job) -> JobFailure | None:
        work = self.works.find(job.work)
        if work is None or job.work not in self.runners:
            return JobFailure("unknown_work", {"work": job.work}, f"there is no kind {job.work!r}")
        try:
            work.parse(job.params)
        except InvalidInput as error:
            return JobFailure("old_params", {"work": job.work}, str(error))
        if job.left_seconds() <= 0:
            return JobFailure("time_used_up", {"seconds": job.limit_seconds}, "its running time is used up")
        return None

    def _running(self, job: Job, *, started: float, remaining_seconds: float) -> RunningJob:
        """Work out the attempt's limits: the least of the invocation's, the kind's and what the job has left."""
        work, now = self.works.find(job.work), self.clock.now()
        left = min(job.left_seconds(), (job.expires_at - now).total_seconds())
        of_work = (left, left) if work is None else (work.soft_seconds, work.hard_seconds)
        soft = min(remaining_seconds - _SOFT_RESERVE_SECONDS, of_work[0], left)
        hard = min(remaining_seconds - _HARD_RESERVE_SECONDS, of_work[1], left + _SOFT_RESERVE_SECONDS)
        return RunningJob(
            job=job,
            store=self.store,
            files=self.files,
            clock=self.clock,
            stop_at=started + soft,
            end_at=started + hard,
            checkpoint=job.checkpoint,
            nudge=self.nudge,
        )

    def _work(self, running: RunningJob, end_of_run: EndOfRun) -> JobEnd:
        """Do the work, with the heartbeat beside it.

        Raises:
            AttemptLost: The attempt was taken away meanwhile.
        """
        heart = Heartbeat(
            store=self.store,
            process=self.process,
            running=running,
            worker=self._worker,
            at_limit=end_of_run.store_timed_out,
            pause=self.heartbeat_seconds,
        )
        with heart:
            try:
                return end_of_run.succeeded(self.runners[running.job.work]()(running))
            except Exception as error:  # noqa: BLE001 - a kind's mistake ends its attempt, not the worker
                return end_of_run.of_error(error)

    def _worker(self) -> Worker:
        return self.life.seen(self.clock.now(), self.process)

    def _count(self, end: JobEnd) -> None:
        """Count an attempt in the worker's row, which the next claim or heartbeat stores."""
        worker = self.life.worker
        is_good = end.outcome in (AttemptOutcome.SUCCEEDED, AttemptOutcome.CANCELLED, AttemptOutcome.PAUSED)
        self.life.worker = replace(
            worker,
            done=worker.done + is_good,
            failed=worker.failed + (not is_good),
            busy_seconds=worker.busy_seconds + end.seconds,
        )

"""Everything that is seen of jobs at one instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.job import WORKER_DEAD_AFTER, Job, JobState
from sunwi.domain.job_figures import HourFigures, JobCause, JobFigures
from sunwi.domain.job_health import STUCK_AFTER, JobHealth, QueueFigures
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import LONGEST_ATTEMPT_SECONDS
from sunwi.domain.worker_pool import PoolChange, Worker, WorkerPool

#: Hours that figures are of.
MONITOR_HOURS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    """A worker and what it does.

    Attributes:
        job: That it runs; None when it is idle.
        job_seconds: Since it took that job; None when it is idle.
        is_silent: It was not heard of for so long that it is gone.
    """

    worker: Worker
    job: Job | None
    job_seconds: float | None
    is_silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorView:
    """What `sunwi monitor`, the API and the pages show.

    Attributes:
        at: Aware UTC.
        changes: Of the pool, the latest first.
        workers: The busy ones first, then the latest heard of.
        queues: Empty where there are none, as on a machine without AWS.
        open_jobs: Jobs that have not ended, by kind and state.
        waiting: PENDING jobs whose time has come.
        limit: JOBS_MAX_PENDING.
        waiting_seconds: How long the longest ready job waits, by priority; those of which none waits are left out.
        total: Of the jobs that ended in the hours.
        works: The same by kind.
        hours: The oldest first; the last one runs.
        causes: Why jobs failed in the hours, the most frequent first.
    """

    at: datetime
    health: JobHealth
    pool: WorkerPool
    changes: Sequence[PoolChange]
    workers: Sequence[WorkerView]
    queues: Sequence[QueueFigures]
    open_jobs: Mapping[tuple[str, JobState], int]
    waiting: int
    limit: int
    waiting_seconds: Mapping[Priority, float]
    total: JobFigures
    works: Mapping[str, JobFigures]
    hours: Sequence[HourFigures]
    causes: Sequence[JobCause]

    @property
    def pending(self) -> int:
        """PENDING jobs, those whose time is to come included."""
        return count_state(self.open_jobs, JobState.PENDING)

    @property
    def busy(self) -> int:
        """Jobs that have one of the workers."""
        return count_state(self.open_jobs, JobState.QUEUED) + count_state(self.open_jobs, JobState.RUNNING)

    @property
    def fill_percent(self) -> float:
        """PENDING jobs ÷ JOBS_MAX_PENDING; more than 100 where several owners' add up."""
        return 100 * self.pending / self.limit


def count_state(open_jobs: Mapping[tuple[str, JobState], int], state: JobState) -> int:
    """Count the jobs of all kinds in a state."""
    return sum(count for (_, found), count in open_jobs.items() if found is state)


def list_workers(workers: Sequence[Worker], busy: Sequence[Job], *, now: datetime) -> list[WorkerView]:
    """Match workers with the jobs that they run.

    Args:
        workers: All that are known.
        busy: The QUEUED and RUNNING jobs.
        now: Aware.
    """
    running = {(job.id, job.generation): job for job in busy if job.state is JobState.RUNNING}
    views = [_view(worker, running.get((worker.job_id or "", worker.generation or 0)), now) for worker in workers]
    return sorted(views, key=lambda view: (view.job is None, now - view.worker.seen_at))


def find_stuck(busy: Sequence[Job], workers: Sequence[Worker], *, now: datetime) -> list[str]:
    """Find jobs that have had a worker's place for too long: ticks should have started or ended their attempts.

    Args:
        busy: The QUEUED and RUNNING jobs.
        workers: All that are known.
        now: Aware.

    Returns:
        Ids of jobs that were admitted and not claimed, whose worker is gone, or that run longer than an attempt can.
    """
    seen = {(worker.job_id, worker.generation): worker.seen_at for worker in workers}
    return [job.id for job in busy if now > _due_at(job, seen.get((job.id, job.generation))) + STUCK_AFTER]


def _due_at(job: Job, seen_at: datetime | None) -> datetime:
    """Return when a job's attempt should have gone on, or ended, at the latest."""
    admitted_at = job.admitted_at or job.created_at
    if job.state is JobState.QUEUED or job.started_at is None:
        return admitted_at
    longest = job.started_at + timedelta(seconds=LONGEST_ATTEMPT_SECONDS)
    return longest if seen_at is None else min(longest, seen_at + WORKER_DEAD_AFTER)


def _view(worker: Worker, job: Job | None, now: datetime) -> WorkerView:
    since = None if job is None else worker.claimed_at or job.started_at
    return WorkerView(
        worker=worker,
        job=job,
        job_seconds=None if since is None else max(0.0, (now - since).total_seconds()),
        is_silent=now - worker.seen_at > WORKER_DEAD_AFTER,
    )

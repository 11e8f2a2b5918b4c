"""Jobs and workers that tests build on."""

from datetime import timedelta
from typing import Any

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.worker_pool import Worker
from tests.examples import NIGHT

SECOND = timedelta(seconds=1)


def new_job(job_id: str = "job-1", **values: Any) -> Job:
    """A job of `kim`, submitted at 01:00 KST unless something else is said."""
    defaults: dict[str, Any] = {
        "work": "export",
        "params": {"keyword": "강남역 맛집"},
        "owner": "kim",
        "agency_id": None,
        "not_before": NIGHT,
        "ready_since": NIGHT,
        "limit_seconds": 840,
        "expires_at": NIGHT + timedelta(days=7),
        "created_at": NIGHT,
    }
    return Job(id=job_id, **{**defaults, **values})


def worker_of(key: JobKey, worker_id: str = "worker-1", **values: Any) -> Worker:
    """A worker that has taken an attempt at 01:00 KST."""
    defaults: dict[str, Any] = {"place": "core", "environment": "2026/01/02/[1]abc", "since": NIGHT}
    taken = {"job_id": key.job_id, "generation": key.generation, "claimed_at": NIGHT, "seen_at": NIGHT}
    return Worker(id=worker_id, **{**defaults, **taken, **values})


def ending(state: JobState, **values: Any) -> JobEnd:
    """An end of an attempt that ran for two seconds."""
    outcomes = {
        JobState.PENDING: AttemptOutcome.BACKED_OFF,
        JobState.SUCCEEDED: AttemptOutcome.SUCCEEDED,
        JobState.FAILED: AttemptOutcome.FAILED,
        JobState.CANCELLED: AttemptOutcome.CANCELLED,
        JobState.EXPIRED: AttemptOutcome.EXPIRED,
    }
    failure = JobFailure("page_timed_out", {"seconds": 30}, "the page took too long")
    has_failed = state in (JobState.PENDING, JobState.FAILED, JobState.EXPIRED)
    defaults = {"outcome": outcomes[state], "at": NIGHT + 9 * SECOND, "failure": failure if has_failed else None}
    return JobEnd(state=state, **{"seconds": 2.0, **defaults, **values})


def stored(store: SqlStore, *jobs: Job) -> None:
    """Store jobs as they are."""
    with store.begin() as tx:
        tx.jobs.add(jobs)


def read_job(store: SqlStore, job_id: str = "job-1") -> Job:
    """Read a job that is there."""
    with store.read() as tx:
        job = tx.jobs.get(job_id)
    assert job is not None
    return job


def admitted(store: SqlStore, job_id: str = "job-1") -> JobKey:
    """Admit a job that waits."""
    with store.begin() as tx:
        [job] = tx.job_queue.admit([job_id], at=NIGHT)
    return job.key


def running(store: SqlStore, job_id: str = "job-1") -> JobKey:
    """Admit a job that waits, and have a worker claim it."""
    key = admitted(store, job_id)
    with store.begin() as tx:
        assert tx.job_attempts.claim(key, worker_of(key), at=NIGHT + SECOND) is not None
    return key


def ended(store: SqlStore, end: JobEnd, job_id: str = "job-1") -> JobKey:
    """Run a job that waits, and end it."""
    key = running(store, job_id)
    with store.begin() as tx:
        assert tx.jobs.end(key, end, expected=JobState.RUNNING)
    return key

"""Jobs for tests, and what an engine would write about them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sunwi.adapters.sql.store import SqlTransaction
from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.worker_pool import Worker
from tests.examples import NIGHT


def new_job(number: int, *, at: datetime = NIGHT, **given: Any) -> Job:
    """A job that somebody submitted, PENDING and ready since then."""
    facts: dict[str, Any] = {
        "id": f"0197-{number:08}",
        "work": "lookup",
        "params": {"keyword": "keyword"},
        "owner": "cli:kim",
        "agency_id": None,
        "not_before": at,
        "ready_since": at,
        "limit_seconds": 600,
        "expires_at": at + timedelta(days=7),
        "created_at": at,
    }
    return Job(**(facts | given))


def new_worker(number: int, *, at: datetime = NIGHT, **given: Any) -> Worker:
    """An environment that has just been heard of for the first time."""
    facts: dict[str, Any] = {
        "id": f"worker-{number}",
        "place": "browser",
        "environment": f"log/{number}",
        "job_id": None,
        "generation": None,
        "since": at,
        "claimed_at": None,
        "seen_at": at,
    }
    return Worker(**(facts | given))


def admit(tx: SqlTransaction, *jobs: Job, at: datetime) -> list[JobKey]:
    """Admit stored jobs."""
    return [one.key for one in tx.job_queue.admit([job.id for job in jobs], at=at)]


def start(tx: SqlTransaction, key: JobKey, worker: Worker, *, at: datetime) -> None:
    """Have a worker claim an admitted attempt."""
    claiming = replace(worker, job_id=key.job_id, generation=key.generation, claimed_at=at, seen_at=at)
    assert tx.job_attempts.claim(key, claiming, at=at) is not None


def end(tx: SqlTransaction, key: JobKey, state: JobState, *, at: datetime, seconds: float = 0, code: str = "") -> None:
    """End a running attempt, and its job with it."""
    outcome = AttemptOutcome.SUCCEEDED if state is JobState.SUCCEEDED else AttemptOutcome.FAILED
    failure = JobFailure(code) if code else None
    ending = JobEnd(outcome=outcome, state=state, at=at, seconds=seconds, failure=failure)
    assert tx.jobs.end(key, ending, expected=JobState.RUNNING)


def evaluate(tx: SqlTransaction, number: int, state: JobState, *, at: datetime) -> None:
    """Submit an evaluation, and end it in a state."""
    job = new_job(number, at=at, work=EVALUATION_WORK)
    tx.jobs.add([job])
    (key,) = admit(tx, job, at=at)
    start(tx, key, new_worker(number), at=at)
    end(tx, key, state, at=at, code="crash" if state is JobState.FAILED else "")

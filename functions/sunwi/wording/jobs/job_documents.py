"""What commands about jobs print with `--json`.

Source: docs/jobs-json.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.job import Job, JobAttempt
from sunwi.domain.job_answers import JobResult, ShownJob
from sunwi.domain.job_list import JobPage


def job_document(job: Job) -> dict[str, Any]:
    """Write a job as a list shows it."""
    return {
        "job_id": job.id,
        "work": job.work,
        "params": dict(job.params),
        "owner": job.owner,
        "agency_id": job.agency_id,
        "batch_id": job.batch_id,
        "row": job.position or None,
        "priority": job.priority.name.lower(),
        "state": job.state.value,
        "progress": job.progress,
        "step": job.step,
        "message": job.message,
        "attempts": job.attempts,
        "created_at": job.created_at.isoformat(),
        "ready_since": job.ready_since.isoformat(),
        "not_before": job.not_before.isoformat(),
        "expires_at": job.expires_at.isoformat(),
        "admitted_at": _moment(job.admitted_at),
        "started_at": _moment(job.started_at),
        "finished_at": _moment(job.finished_at),
        "cancel_requested_at": _moment(job.cancel_requested_at),
        "limit_seconds": job.limit_seconds,
        "ran_seconds": round(job.ran_seconds, 3),
        "has_checkpoint": job.checkpoint is not None,
        "failure": _failure_document(job),
        "undoes": job.undoes,
        "notify": None if job.notify is None else dict(job.notify),
        "version": job.version,
    }


def job_page_document(page: JobPage) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    jobs = [job_document(job) for job in page.jobs]
    return {"jobs": jobs} if page.next_before is None else {"jobs": jobs, "next": page.next_before}


def shown_job_document(shown: ShownJob) -> dict[str, Any]:
    """Write all of a job but its result."""
    return {
        **job_document(shown.job),
        "steps": list(shown.work.steps) if shown.work else [],
        "attempts_made": [_attempt_document(attempt) for attempt in shown.attempts],
    }


def job_result_document(job_id: str, found: JobResult, urls: Mapping[str, str]) -> dict[str, Any]:
    """Write what a job found.

    Args:
        job_id: Of the job.
        found: What it leaves.
        urls: Where its files are fetched, by name.
    """
    files = [{"name": name, "url": urls[name]} for name in found.files]
    return {"job_id": job_id, "result": dict(found.result), "files": files}


def _failure_document(job: Job) -> dict[str, Any] | None:
    failure = job.failure
    if failure is None:
        return None
    return {"code": failure.code, "fields": dict(failure.fields), "reason": failure.reason}


def _attempt_document(attempt: JobAttempt) -> dict[str, Any]:
    return {
        "generation": attempt.generation,
        "worker": attempt.worker_id,
        "admitted_at": attempt.admitted_at.isoformat(),
        "started_at": _moment(attempt.started_at),
        "finished_at": _moment(attempt.finished_at),
        "seconds": round(attempt.seconds, 3),
        "outcome": attempt.outcome.value if attempt.outcome else None,
        "code": attempt.code,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()

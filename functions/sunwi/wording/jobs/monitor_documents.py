"""What `sunwi monitor` prints with `--json`.

Source: docs/jobs-json.md.
"""

from dataclasses import asdict
from typing import Any

from sunwi.domain.job import ACTIVE
from sunwi.domain.job_figures import JobFigures
from sunwi.domain.job_health import HealthReason
from sunwi.domain.job_monitor import MonitorView, WorkerView
from sunwi.wording.jobs.job_health_words import describe_reason
from sunwi.wording.jobs.pool_documents import pool_change_document, pool_document


def monitor_document(view: MonitorView) -> dict[str, Any]:
    """Write everything that is seen of jobs."""
    return {
        "at": view.at.isoformat(),
        "health": view.health.level.value,
        "reasons": [_reason_document(reason) for reason in view.health.reasons],
        "pool": {**pool_document(view.pool), "waiting": view.waiting, "busy": view.busy},
        "changes": [pool_change_document(change) for change in view.changes],
        "workers": [_worker_document(worker) for worker in view.workers],
        "queues": [asdict(queue) for queue in view.queues],
        "pending": view.pending,
        "max_pending": view.limit,
        "fill_percent": round(view.fill_percent, 2),
        "waiting_seconds": {
            priority.name.lower(): round(seconds, 3) for priority, seconds in view.waiting_seconds.items()
        },
        "total": _figures_document(view.total),
        "works": {work: work_document(view, work) for work in list_works(view)},
        "hours": [{"hour": one.hour.isoformat(), **_figures_document(one.figures)} for one in view.hours],
        "causes": [{"work": cause.work, "code": cause.code, "count": cause.count} for cause in view.causes],
    }


def list_works(view: MonitorView) -> list[str]:
    """Return the kinds of which there are jobs, by name: those that ended, and those that have not."""
    return sorted({*view.works, *(work for work, _ in view.open_jobs)})


def work_document(view: MonitorView, work: str) -> dict[str, Any]:
    """Write how jobs of one kind do, and how many of them have not ended."""
    opened = {state.value.lower(): view.open_jobs.get((work, state), 0) for state in ACTIVE}
    return {**opened, **_figures_document(view.works.get(work, JobFigures()))}


def _figures_document(figures: JobFigures) -> dict[str, Any]:
    share = figures.success_share
    seconds = {
        name: None if value is None else round(value, 3)
        for name, value in (
            ("mean_seconds", figures.mean_seconds),
            ("median_seconds", figures.median_seconds),
            ("p95_seconds", figures.p95_seconds),
        )
    }
    return {
        "succeeded": figures.succeeded,
        "failed": figures.failed,
        "cancelled": figures.cancelled,
        "expired": figures.expired,
        "success_share": None if share is None else round(share, 4),
        **seconds,
    }


def _reason_document(reason: HealthReason) -> dict[str, Any]:
    return {"code": reason.code.value, "level": reason.level.value, "message": describe_reason(reason)[0]}


def _worker_document(view: WorkerView) -> dict[str, Any]:
    worker, job = view.worker, view.job
    return {
        "worker": worker.id,
        "place": worker.place,
        "environment": worker.environment,
        "since": worker.since.isoformat(),
        "seen_at": worker.seen_at.isoformat(),
        "is_silent": view.is_silent,
        "job_id": job.id if job else None,
        "work": job.work if job else None,
        "progress": job.progress if job else None,
        "job_seconds": None if view.job_seconds is None else round(view.job_seconds, 3),
        "done": worker.done,
        "failed": worker.failed,
        "busy_seconds": round(worker.busy_seconds, 3),
        "memory_bytes": worker.memory_bytes,
        "pages": worker.pages,
    }

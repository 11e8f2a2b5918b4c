"""What commands about the pool of workers print with `--json`.

Source: docs/jobs-json.md.
"""

from typing import Any

from sunwi.domain.job_answers import PoolView
from sunwi.domain.worker_pool import PoolChange, WorkerPool


def pool_view_document(view: PoolView) -> dict[str, Any]:
    """Write the pool, what waits for it, and its changes."""
    return {
        **pool_document(view.pool),
        "waiting": view.waiting,
        "busy": sum(view.busy.values()),
        "busy_by_work": dict(view.busy),
        "changes": [pool_change_document(change) for change in view.changes],
    }


def pool_document(pool: WorkerPool) -> dict[str, Any]:
    """Write the pool alone."""
    return {
        "workers": pool.workers,
        "min": pool.least,
        "max": pool.most,
        "paused": pool.paused.value or None,
        "changed_at": pool.changed_at.isoformat(),
        "changed_by": pool.changed_by,
        "reason": pool.reason or None,
    }


def pool_change_document(change: PoolChange) -> dict[str, Any]:
    """Write one change of the pool."""
    return {
        "at": change.at.isoformat(),
        "before": change.before,
        "after": change.after,
        "paused": change.paused.value or None,
        "reason": change.reason,
        "changed_by": change.changed_by,
    }

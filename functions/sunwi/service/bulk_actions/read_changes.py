"""Read which rows a bulk action has changed, and how they were before."""

import json
from collections.abc import Mapping, Sequence

from sunwi.domain.bulk_action import BULK_ACTION_WORK, FINAL, BulkCheckpoint, Row, Verdict
from sunwi.domain.job import Job
from sunwi.errors import Conflict
from sunwi.service.ports.job_engine import JobFiles


def check_undoable(job: Job) -> BulkCheckpoint:
    """Require that a job that has ended can be taken back, however it ended.

    Returns:
        How far it came.

    Raises:
        Conflict: It is no such job, or it changed nothing.
    """
    if job.work != BULK_ACTION_WORK or job.params.get("action") in {action.value for action in FINAL}:
        raise Conflict(
            f"job {job.id} ({job.params.get('action', job.work)}) cannot be taken back",
            code="undo_impossible",
            job_id=job.id,
        )
    checkpoint = _checkpoint(job.checkpoint)
    if checkpoint is None or not checkpoint.changed:
        raise Conflict(f"job {job.id} has changed nothing", code="undo_of_nothing", job_id=job.id)
    return checkpoint


def read_changes(job: Job, files: JobFiles) -> Sequence[Row]:
    """Return the rows that a bulk action changed, by id.

    Raises:
        Conflict: As of `check_undoable`.
        Retryable: The files cannot be reached.
        InvalidInput: They are no longer kept.
    """
    checkpoint = check_undoable(job)
    rows = [row for key in checkpoint.files for row in json.loads(files.get(key))]
    return [row for row in rows if row["verdict"] == Verdict.CHANGED]


def _checkpoint(kept: Mapping[str, object] | None) -> BulkCheckpoint | None:
    return None if kept is None else BulkCheckpoint.from_json(kept)

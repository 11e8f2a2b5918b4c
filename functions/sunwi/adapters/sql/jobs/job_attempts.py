"""What workers write of their jobs, in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update
from typing_extensions import override

from sunwi.adapters.sql.jobs.job_rows import IS_THIS_JOB, JOB_COLUMNS, attempt_values, is_attempt, is_in, job_from_row
from sunwi.adapters.sql.jobs.workers import upsert_worker, worker_values
from sunwi.adapters.sql.tables import JobAttemptRow, JobRow
from sunwi.domain.job import Job, JobKey, JobProgress, JobState
from sunwi.domain.job_signs import Heard
from sunwi.domain.worker_pool import Worker
from sunwi.service.ports.jobs import JobAttempts

# What every job sends is built once: building takes ten times as long as sending, and the database waits meanwhile.
_CLAIM = (
    update(JobRow)
    .where(*IS_THIS_JOB, is_in(JobState.QUEUED))
    .values(
        state=JobState.RUNNING.value,
        started_at=bindparam("at"),
        progress=0,
        step=None,
        message=None,
        version=JobRow.version + 1,
    )
    .returning(*JOB_COLUMNS)
)
_START = (
    update(JobAttemptRow)
    .where(JobAttemptRow.job_id == bindparam("this_job"), JobAttemptRow.generation == bindparam("this_generation"))
    .values(worker_id=bindparam("worker"), started_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class SqlJobAttempts(JobAttempts):
    """Attempts of jobs, each write guarded."""

    connection: Connection

    @override
    def claim(self, key: JobKey, worker: Worker, *, at: datetime) -> Job | None:
        row = self.connection.execute(_CLAIM, {**attempt_values(key), "at": at}).one_or_none()
        if row is None:
            return None
        self.connection.execute(_START, {**attempt_values(key), "worker": worker.id, "at": at})
        self.connection.execute(upsert_worker(self.connection), worker_values(worker))
        return job_from_row(row)

    @override
    def is_running(self, key: JobKey) -> bool:
        statement = select(JobRow.id).where(*is_attempt(key, JobState.RUNNING))
        return self.connection.execute(statement).one_or_none() is not None

    @override
    def record_progress(self, key: JobKey, progress: JobProgress) -> Heard:
        is_further = JobRow.progress < progress.percent
        values: dict[str, Any] = {"progress": case((is_further, progress.percent), else_=JobRow.progress)}
        if progress.step is not None:
            values["step"] = progress.step
        if progress.message is not None:
            values["message"] = progress.message
        return self._write(key, values)

    @override
    def save_checkpoint(self, key: JobKey, checkpoint: Mapping[str, object]) -> Heard:
        return self._write(key, {"checkpoint": dict(checkpoint)})

    @override
    def hear(self, key: JobKey, worker: Worker) -> Heard:
        is_mine = is_attempt(key, JobState.RUNNING)
        job = select(case((JobRow.cancel_requested_at.is_(None), 0), else_=1)).where(*is_mine).scalar_subquery()
        statement = upsert_worker(self.connection).returning(func.coalesce(job, -1))
        heard = self.connection.execute(statement, worker_values(worker)).scalar_one()
        return Heard(is_mine=heard >= 0, wants_cancel=heard > 0)

    def _write(self, key: JobKey, values: Mapping[str, Any]) -> Heard:
        statement = update(JobRow).where(*is_attempt(key, JobState.RUNNING))
        statement = statement.values(**values, version=JobRow.version + 1)
        row = self.connection.execute(statement.returning(JobRow.cancel_requested_at)).one_or_none()
        return Heard(is_mine=row is not None, wants_cancel=row is not None and row.cancel_requested_at is not None)

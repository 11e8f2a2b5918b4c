"""Jobs, their attempts, the pool of workers, and what is counted as jobs end."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId, Reason

#: JSON whose None is the database's NULL.
_Json = JSON(none_as_null=True)


def _index(name: str, *columns: str | ColumnElement[Any], only: str | None = None) -> Index:
    """Define an index, kept to the rows that a condition holds of if there is one."""
    where = None if only is None else text(only)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class JobRow(Base):
    """Something asked for that is not measuring a tracking in a run.

    Each partial index answers one question that is asked every minute, over the few rows that it concerns.
    """

    __tablename__ = "job"
    __table_args__ = (
        _index("ix_job_busy", "admitted_at", "id", only="state IN ('QUEUED', 'RUNNING')"),
        _index("ix_job_active", "owner", "work", only="state IN ('PENDING', 'QUEUED', 'RUNNING')"),
        _index("ix_job_overdue", "expires_at", "id", only="state = 'PENDING'"),
        _index("ix_job_failed", "finished_at", "id", only="state IN ('FAILED', 'EXPIRED')"),
        _index("ix_job_finished", "finished_at", "id", only="finished_at IS NOT NULL"),
        _index("ix_job_result", "finished_at", "id", only="result IS NOT NULL"),
        _index("ix_job_notify", "id", only="notify IS NOT NULL"),
        Index("ix_job_owner", "owner", "id"),
        Index("ix_job_agency", "agency_id", "id"),
        Index("ix_job_batch", "batch_id", "position"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    work: Mapped[str] = mapped_column(String(32))
    params: Mapped[dict[str, Any]]
    owner: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    batch_id: Mapped[str | None] = mapped_column(String(36))
    position: Mapped[int]
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    generation: Mapped[int]
    attempts: Mapped[int]
    not_before: Mapped[datetime]
    ready_since: Mapped[datetime]
    limit_seconds: Mapped[int]
    ran_seconds: Mapped[float]
    expires_at: Mapped[datetime]
    progress: Mapped[int]
    step: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(Reason)
    version: Mapped[int]
    created_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    #: NULL until it has ended, and again once a retry has made it PENDING.
    finished_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    checkpoint: Mapped[dict[str, Any] | None] = mapped_column(_Json)
    result: Mapped[dict[str, Any] | None] = mapped_column(_Json)
    failure_code: Mapped[str | None] = mapped_column(String(64))
    failure_fields: Mapped[dict[str, Any] | None] = mapped_column(_Json)
    failure_reason: Mapped[str | None] = mapped_column(Reason)
    lane: Mapped[str | None]
    notify: Mapped[dict[str, Any] | None] = mapped_column(_Json)
    undoes: Mapped[str | None] = mapped_column(String(36))


#: The order of admission; named here, since only a whole table's column can be descending.
_index(
    "ix_job_waiting",
    JobRow.priority.desc(),
    JobRow.__table__.c.ready_since,
    JobRow.__table__.c.position,
    JobRow.__table__.c.id,
    only="state = 'PENDING'",
)


class JobAttemptRow(Base):
    """One admission of a job, and what its execution came to."""

    __tablename__ = "job_attempt"

    job_id: Mapped[str] = mapped_column(String(36), ForeignKey("job.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    admitted_at: Mapped[datetime]
    worker_id: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[float]


class JobRequestRow(Base):
    """What was answered to an idempotency key."""

    __tablename__ = "job_request"
    __table_args__ = (Index("ix_job_request_created", "created_at"),)

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    job_id: Mapped[str | None] = mapped_column(String(36))
    batch_id: Mapped[str | None] = mapped_column(String(36))
    refused: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class JobHourRow(Base):
    """Jobs that ended in one hour in one way after about the same running time.

    `duration` is an index into `sunwi.domain.job_list.DURATION_BOUNDS`.
    """

    __tablename__ = "job_hour"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    work: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: Of the failure; empty where they did not fail.
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    duration: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    seconds: Mapped[float]


class WorkerRow(Base):
    """An environment of a worker function."""

    __tablename__ = "worker"
    __table_args__ = (Index("ix_worker_attempt", "job_id", "generation"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[str] = mapped_column(String(16))
    environment: Mapped[str]
    job_id: Mapped[str | None] = mapped_column(String(36))
    generation: Mapped[int | None]
    since: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    done: Mapped[int]
    failed: Mapped[int]
    busy_seconds: Mapped[float]
    memory_bytes: Mapped[int | None] = mapped_column(BigId)
    pages: Mapped[int]


class WorkerPoolRow(Base):
    """How many jobs may be admitted at a time; the one row is added by the migration."""

    __tablename__ = "worker_pool"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workers: Mapped[int]
    least: Mapped[int]
    most: Mapped[int]
    paused: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(64))
    changed_by: Mapped[str]
    #: When the tender ticked last, to half a minute; NULL before it ever did.
    ticked_at: Mapped[datetime | None]


class PoolChangeRow(Base):
    """A change of the pool."""

    __tablename__ = "pool_change"
    __table_args__ = (Index("ix_pool_change_at", "at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    before: Mapped[int]
    after: Mapped[int]
    paused: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    changed_by: Mapped[str]

"""Create the tables of jobs, of the workers that run them, and of what is counted as they end."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)

#: Index → columns, and the rows that it is kept to.
_JOB_INDEXES: dict[str, tuple[list[str | sa.TextClause], str | None]] = {
    "ix_job_waiting": ([sa.text("priority DESC"), "ready_since", "position", "id"], "state = 'PENDING'"),
    "ix_job_busy": (["admitted_at", "id"], "state IN ('QUEUED', 'RUNNING')"),
    "ix_job_active": (["owner", "work"], "state IN ('PENDING', 'QUEUED', 'RUNNING')"),
    "ix_job_overdue": (["expires_at", "id"], "state = 'PENDING'"),
    "ix_job_failed": (["finished_at", "id"], "state IN ('FAILED', 'EXPIRED')"),
    "ix_job_finished": (["finished_at", "id"], "finished_at IS NOT NULL"),
    "ix_job_result": (["finished_at", "id"], "result IS NOT NULL"),
    "ix_job_owner": (["owner", "id"], None),
    "ix_job_agency": (["agency_id", "id"], None),
    "ix_job_batch": (["batch_id", "position"], None),
}


def upgrade() -> None:
    """Create; the pool begins with one worker, and grows to ten at most."""
    _create_job()
    for name, (columns, condition) in _JOB_INDEXES.items():
        where = None if condition is None else sa.text(condition)
        op.create_index(name, "job", columns, sqlite_where=where, postgresql_where=where)
    _create_job_attempt()
    _create_job_request()
    _create_job_hour()
    _create_worker()
    _create_worker_pool()
    _create_pool_change()
    # Last, since loads of pages wait for it.
    op.add_column("site_pace", sa.Column("loads_since_job", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Drop: the earlier version knows no jobs."""
    op.drop_column("site_pace", "loads_since_job")
    for table in ("pool_change", "worker_pool", "worker", "job_hour", "job_request", "job_attempt", "job"):
        op.drop_table(table)


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("agency_id", _ID, nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _TIME, nullable=False),
        sa.Column("ready_since", _TIME, nullable=False),
        sa.Column("limit_seconds", sa.Integer(), nullable=False),
        sa.Column("ran_seconds", sa.Double(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        *(
            sa.Column(name, _TIME, nullable=True)
            for name in ("admitted_at", "started_at", "finished_at", "cancel_requested_at")
        ),
        sa.Column("checkpoint", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("failure_code", sa.String(length=64), nullable=True),
        sa.Column("failure_fields", sa.JSON(), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("lane", sa.String(length=255), nullable=True),
        sa.Column("notify", sa.JSON(), nullable=True),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_job_agency"),
    )


def _create_job_attempt() -> None:
    op.create_table(
        "job_attempt",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("admitted_at", _TIME, nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=True),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "generation", name="pk_job_attempt"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_attempt_job"),
    )


def _create_job_request() -> None:
    op.create_table(
        "job_request",
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_job_request"),
    )
    op.create_index("ix_job_request_created", "job_request", ["created_at"])


def _create_job_hour() -> None:
    op.create_table(
        "job_hour",
        sa.Column("hour", _TIME, nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("duration", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "work", "state", "code", "duration", name="pk_job_hour"),
    )


def _create_worker() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("environment", sa.String(length=255), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("claimed_at", _TIME, nullable=True),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("busy_seconds", sa.Double(), nullable=False),
        sa.Column("memory_bytes", _ID, nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )
    op.create_index("ix_worker_attempt", "worker", ["job_id", "generation"])


def _create_worker_pool() -> None:
    pool = op.create_table(
        "worker_pool",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("paused", sa.String(length=16), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
        sa.Column("ticked_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_worker_pool"),
    )
    first = {"id": 1, "workers": 1, "least": 1, "most": 10, "paused": "", "reason": "", "changed_by": "system"}
    op.execute(pool.insert().values(**first, changed_at=datetime.now(UTC)))


def _create_pool_change() -> None:
    op.create_table(
        "pool_change",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("paused", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pool_change"),
    )
    op.create_index("ix_pool_change_at", "pool_change", ["at", "id"])

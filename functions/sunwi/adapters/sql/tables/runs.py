"""Runs, their tasks and attempts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId, Reason


class RunRow(Base):
    """One round over trackings."""

    __tablename__ = "run"
    __table_args__ = (
        Index("ix_run_started", "started_at"),
        Index("ix_run_request", "request_id", unique=True),
        Index(
            "ix_run_open",
            "started_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    business_date: Mapped[date]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    expected: Mapped[int]
    generation: Mapped[int]
    closed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Reason)
    summary: Mapped[dict[str, Any] | None]
    blocked_since: Mapped[datetime | None]
    canary: Mapped[str | None] = mapped_column(String(16))
    held_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    #: NULL in scheduled runs, and in rows of releases that did not store it.
    request_id: Mapped[str | None] = mapped_column(String(64))


class TaskRow(Base):
    """One tracking within one run."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_state", "run_id", "state"),
        Index(
            "ix_task_unsent",
            "run_id",
            "position",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix_task_tracking", "tracking_id", "state"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), primary_key=True)
    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Reason)
    cause: Mapped[str | None] = mapped_column(String(16))
    is_exposed: Mapped[bool | None]
    late_date: Mapped[date | None]


class AttemptRow(Base):
    """One attempt that one message started; committed before the page is opened, so that a crash counts."""

    __tablename__ = "attempt"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "tracking_id"], ["task.run_id", "task.tracking_id"]),
        UniqueConstraint("run_id", "tracking_id", "message_id", "number"),
        Index("ix_attempt_finished", "run_id", "finished_at"),
        Index("ix_attempt_started", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[str] = mapped_column(String(64))
    tracking_id: Mapped[int] = mapped_column(BigId)
    message_id: Mapped[str] = mapped_column(String(128))
    number: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    page_loads: Mapped[int]
    error: Mapped[str | None] = mapped_column(Reason)
    error_name: Mapped[str | None] = mapped_column(String(64))
    cause: Mapped[str | None] = mapped_column(String(16))
    is_permanent: Mapped[bool]
    is_counted: Mapped[bool] = mapped_column(server_default=true())

"""The canary's checks and the watchdog's findings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId, Reason


class CanaryCheckRow(Base):
    """One reading of the pages with known answers; its run may not exist yet."""

    __tablename__ = "canary_check"
    __table_args__ = (UniqueConstraint("run_id", "number"), Index("ix_canary_check_checked", "checked_at", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    checked_at: Mapped[datetime]
    surfaces: Mapped[list[Any]]
    failures: Mapped[list[Any]]


class WatchFindingRow(Base):
    """A problem that the watchdog saw, from its first check to the one that no longer saw it."""

    __tablename__ = "watch_finding"
    __table_args__ = (
        Index(
            "ix_watch_finding_key",
            "key",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index(
            "ix_watch_finding_resolved",
            "resolved_at",
            "id",
            sqlite_where=text("resolved_at IS NOT NULL"),
            postgresql_where=text("resolved_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(128))
    day: Mapped[date | None]
    extent: Mapped[int]
    detail: Mapped[str] = mapped_column(Reason)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    repair: Mapped[str | None] = mapped_column(Reason)
    alarmed_at: Mapped[datetime | None]
    alarmed_extent: Mapped[int | None]

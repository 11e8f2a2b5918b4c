"""What became of backups, verifications and restores."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId


class BackupRow(Base):
    """One job's end; no key leads to the job, which is deleted long before a monthly backup."""

    __tablename__ = "backup"
    __table_args__ = (Index("ix_backup_ended", "work", "ended_at", "job_id"), Index("ix_backup_key", "key"))

    job_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    work: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime]
    key: Mapped[str | None]
    backend: Mapped[str | None] = mapped_column(String(16))
    database: Mapped[str | None]
    environment: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    size_bytes: Mapped[int | None] = mapped_column(BigId)
    sha256: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[float | None]
    server_major: Mapped[int | None]
    schema_revision: Mapped[str | None] = mapped_column(String(32))
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    into_database: Mapped[str | None]
    warnings: Mapped[list[Any]]
    checked_at: Mapped[datetime | None]
    failure_code: Mapped[str | None] = mapped_column(String(64))

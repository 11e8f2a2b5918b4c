"""The index of the archive, and what is kept of who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId

#: JSON whose None is the database's NULL.
_Json = JSON(none_as_null=True)

#: Of the parts that are not settled; named in a query in the same words, which SQLite compares.
UNSETTLED = "emptied_at IS NULL OR stale_key IS NOT NULL"


class ArchivePartRow(Base):
    """A file of rows that have left the database, or are about to."""

    __tablename__ = "archive_part"
    __table_args__ = (
        Index(
            "ix_archive_part_unsettled",
            "table_name",
            "month",
            "number",
            sqlite_where=text(UNSETTLED),
            postgresql_where=text(UNSETTLED),
        ),
    )

    table_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    key: Mapped[str]
    rows: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    created_at: Mapped[datetime]
    emptied_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]
    stale_key: Mapped[str | None]


class ArchiveMarkRow(Base):
    """Up to when a table was looked through; the row `lease` says who has the archive, and until when."""

    __tablename__ = "archive_mark"

    step: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]
    holder: Mapped[str | None]


class AuditRow(Base):
    """Something that somebody did."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_actor", "actor", "id"),
        Index("ix_audit_subject", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(_Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(_Json)

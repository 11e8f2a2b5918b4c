"""Requests over HTTP that may be repeated, links to files, and failures to come in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base


class WebRequestRow(Base):
    """An idempotency key of an account, and what was answered."""

    __tablename__ = "web_request"
    __table_args__ = (Index("ix_web_request_claimed", "claimed_at"),)

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int]
    claimed_at: Mapped[datetime]
    #: NULL while it is worked on.
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]]
    #: Compressed, in base64; NULL of an answer that is not kept.
    body: Mapped[str | None] = mapped_column(Text)


class FileLinkRow(Base):
    """A link to a file; of its token only the hash."""

    __tablename__ = "file_link"
    __table_args__ = (Index("ix_file_link_expires", "expires_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(1024))
    name: Mapped[str]
    content_type: Mapped[str]
    owner: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AccessFailureRow(Base):
    """How often somebody could not come in."""

    __tablename__ = "access_failure"
    __table_args__ = (Index("ix_access_failure_window", "window_at"),)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: SHA-256.
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    failures: Mapped[int]

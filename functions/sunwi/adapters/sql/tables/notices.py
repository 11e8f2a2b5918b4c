"""The outbox, the channels that its notices go to, and the pace of their hooks."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds
from sunwi.adapters.sql.tables.columns import Base, BigId, Reason


def _index(name: str, *columns: str, only: str, unique: bool = False) -> Index:
    """Define an index that is kept to the rows that a condition holds of."""
    where = text(only)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class ChannelRow(Base):
    """Where notices go. One that was removed stays for its notices' sake, without address and secret."""

    __tablename__ = "channel"
    __table_args__ = (
        _index("ix_channel_name", "name", only="removed_at IS NULL", unique=True),
        Index("ix_channel_agency", "agency_id"),
        Index("ix_channel_client", "client_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Text)
    secret: Mapped[str | None]
    audience: Mapped[str] = mapped_column(String(16))
    #: Of an agency's own channel.
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    #: Of a client's.
    client_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("client.id"))
    #: Codes that it wants, with commas; empty for all.
    kinds: Mapped[str]
    #: Minutes of the Korean day.
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    muted_until: Mapped[datetime | None]
    suppressed: Mapped[str | None] = mapped_column(Reason)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class NoticeRow(Base):
    """A notice for one channel.

    Each partial index answers one question that is asked every minute, over the few rows that it concerns.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("channel_id", "dedupe_key"),
        _index("ix_notice_of_no_channel", "dedupe_key", only="channel_id IS NULL", unique=True),
        _index("ix_notice_waiting", "not_before", "id", only="state = 'WAITING'"),
        _index("ix_notice_queued", "queued_at", "id", only="state = 'QUEUED'"),
        _index("ix_notice_overdue", "overdue_at", "id", only="overdue_at IS NOT NULL"),
        _index("ix_notice_dead", "id", only="state = 'DEAD'"),
        Index("ix_notice_channel", "channel_id", "id"),
        Index("ix_notice_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    #: NULL where there was no channel to go to.
    channel_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("channel.id"))
    audience: Mapped[str] = mapped_column(String(16))
    #: Of the agency or client that it is about.
    audience_id: Mapped[int | None] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(16))
    dedupe_key: Mapped[str]
    content: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    generation: Mapped[int]
    tries: Mapped[int]
    due_at: Mapped[datetime]
    not_before: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    failure_code: Mapped[str | None] = mapped_column(String(64))
    failure_reason: Mapped[str | None] = mapped_column(Reason)
    is_urgent: Mapped[bool]
    #: NULL where nobody waits for it, it was told, or told of as overdue.
    overdue_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ChannelPaceRow(Base):
    """When a hook may be sent its next message, whichever channels have it."""

    __tablename__ = "channel_pace"

    #: SHA-256 of the address.
    hook: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(EpochMicroseconds)
    #: The hook has asked to be left alone until then; NULL when it never did.
    held_until: Mapped[datetime | None] = mapped_column(EpochMicroseconds)

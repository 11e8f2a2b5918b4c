"""What is known of each site: circuits and pace."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds
from sunwi.adapters.sql.tables.columns import Base, Reason


class CircuitRow(Base):
    """A surface's refusals as one device sees them, shared by every crawler."""

    __tablename__ = "circuit"

    surface: Mapped[str] = mapped_column(String(16), primary_key=True)
    device: Mapped[str] = mapped_column(String(8), primary_key=True)
    blocked_pages: Mapped[list[Any]]
    opened_at: Mapped[datetime | None]
    pauses: Mapped[int]
    probe_at: Mapped[datetime | None]
    probing_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Reason)
    closed_at: Mapped[datetime | None]


class SitePaceRow(Base):
    """When a site may be asked for its next page, by whoever loads its pages."""

    __tablename__ = "site_pace"

    site: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(EpochMicroseconds)

"""What is known of each site: circuits and pace."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds
from sunwi.adapters.sql.tables.columns import Base, Reason


class CircuitRow(Base):
    """The refusals of one lane of a site, shared by all who open its pages.

    The release before finds Naver's rows by surface and device, and would add one by them alone: hence the defaults,
    the unique index, and that a migration has added all of Naver's. The release after this one drops them.
    Source: docs/adr/0045-sites-and-lanes.md.
    """

    __tablename__ = "circuit"
    __table_args__ = (Index("uq_circuit_surface", "surface", "device", unique=True),)

    site: Mapped[str] = mapped_column(String(32), primary_key=True, server_default="naver")
    lane: Mapped[str] = mapped_column(String(255), primary_key=True, server_default=text("''"))
    surface: Mapped[str | None] = mapped_column(String(16))
    device: Mapped[str | None] = mapped_column(String(8))
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
    #: Turns that were taken since the last one of a job.
    loads_since_job: Mapped[int] = mapped_column(server_default=text("0"))

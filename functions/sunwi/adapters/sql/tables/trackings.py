"""What is tracked, and for whom."""

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId


class AgencyRow(Base):
    """Who sells trackings (업체)."""

    __tablename__ = "agency"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


class ClientRow(Base):
    """An advertiser (광고주); its name is unique within its agency, and among the clients that have none."""

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("agency_id", "name"),
        Index(
            "ix_client_of_no_agency",
            "name",
            unique=True,
            sqlite_where=text("agency_id IS NULL"),
            postgresql_where=text("agency_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    name: Mapped[str]
    created_at: Mapped[datetime]


class TrackingRow(Base):
    """What a client pays to have watched."""

    __tablename__ = "tracking"
    __table_args__ = (
        UniqueConstraint("kind", "keyword", "target_id", "surface", "device", "location", "client", "agency"),
        Index("ix_tracking_dispatch", "status", "surface", "keyword", "id"),
        Index("ix_tracking_keyword", "keyword", "id"),
        Index("ix_tracking_agency", "agency_id", "id"),
        Index("ix_tracking_client", "client_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    keyword: Mapped[str]
    target_id: Mapped[str]
    target_url: Mapped[str] = mapped_column(Text)
    surface: Mapped[str] = mapped_column(String(16))
    device: Mapped[str] = mapped_column(String(8))
    location: Mapped[str] = mapped_column(String(64))
    client: Mapped[str]
    agency: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    current_session: Mapped[int]
    created_at: Mapped[datetime]
    active_since: Mapped[datetime | None]
    areas: Mapped[str] = mapped_column(server_default=text("''"))
    counts_bundled: Mapped[bool] = mapped_column(server_default=false())
    #: The rows that `agency` and `client` name; NULL where those are empty, or were written by the release before.
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    client_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("client.id"))
    #: Exposed days that each of its sessions sells.
    session_days: Mapped[int] = mapped_column(server_default=text("25"))
    #: 1-based; the worst rank that the client was promised.
    target_rank: Mapped[int | None]


class FormerTargetRow(Base):
    """A worst rank that was promised before another one was; 0 where none was."""

    __tablename__ = "former_target"

    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True)
    #: The last KST date that it holds for; the row before it, if there is one, tells from which on.
    until: Mapped[date] = mapped_column(primary_key=True)
    target_rank: Mapped[int]


class TrackingTagRow(Base):
    """A word that an agency sorts its trackings by."""

    __tablename__ = "tracking_tag"
    __table_args__ = (Index("ix_tracking_tag_tag", "tag", "tracking_id"),)

    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(50), primary_key=True)

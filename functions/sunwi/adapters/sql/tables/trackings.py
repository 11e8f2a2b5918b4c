"""What is tracked."""

from datetime import datetime

from sqlalchemy import (
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId


class TrackingRow(Base):
    """What a client pays to have watched."""

    __tablename__ = "tracking"
    __table_args__ = (
        UniqueConstraint("kind", "keyword", "target_id", "surface", "device", "location", "client", "agency"),
        Index("ix_tracking_dispatch", "status", "surface", "keyword", "id"),
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

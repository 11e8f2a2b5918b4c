"""What changed for trackings, what clients want to be told, and which digests they were sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId, KstDate


class EvaluationEventRow(Base):
    """Something that happened to a tracking on a day."""

    __tablename__ = "evaluation_event"
    __table_args__ = (
        Index("ix_evaluation_event_day", "day", "tracking_id", "kind"),
        Index("ix_evaluation_event_changed", "changed_at", "tracking_id", "day", "kind"),
        Index(
            "ix_evaluation_event_untold",
            "tracking_id",
            sqlite_where=text("told < version"),
            postgresql_where=text("told < version"),
        ),
    )

    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True)
    day: Mapped[KstDate] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    compared: Mapped[date | None]
    facts: Mapped[dict[str, Any]]
    weight: Mapped[int]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    #: The version that the latest digest has seen, whether it said it or not; 0 before the first.
    told: Mapped[int]
    #: A digest has said that it holds, and none since that it does not.
    said: Mapped[bool]


class ClientThresholdsRow(Base):
    """What is worth telling a client, of days from one on."""

    __tablename__ = "client_thresholds"

    client_id: Mapped[int] = mapped_column(BigId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[KstDate] = mapped_column(primary_key=True)
    drop_places: Mapped[int]
    gap_days: Mapped[int]
    unmeasured_nights: Mapped[int]
    ends_soon_days: Mapped[int]
    told: Mapped[list[Any]]
    is_daily: Mapped[bool]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class EvaluationDigestRow(Base):
    """How many digests of a day an owner was sent; `owner` as of `sunwi.domain.evaluation_digest.OwnerCounts`."""

    __tablename__ = "evaluation_digest"
    __table_args__ = (Index("ix_evaluation_digest_day", "day"),)

    owner: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    day: Mapped[KstDate] = mapped_column(primary_key=True)
    version: Mapped[int]
    posted_at: Mapped[datetime]

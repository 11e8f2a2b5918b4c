"""What pages said, and the history that is billed."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId, KstDate, Reason


class PageReadingRow(Base):
    """What one page load said, for all kinds at once."""

    __tablename__ = "page_reading"
    __table_args__ = (
        Index("ix_page_reading_page", "run_id", "keyword", "surface", "device", "location", "fetched_at"),
        Index("ix_page_reading_fetched", "fetched_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"))
    surface: Mapped[str] = mapped_column(String(16))
    device: Mapped[str] = mapped_column(String(8))
    keyword: Mapped[str]
    location: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime]
    load_seconds: Mapped[float]
    pages: Mapped[int]
    status: Mapped[int]
    final_url: Mapped[str] = mapped_column(Text)
    parser_version: Mapped[str] = mapped_column(String(32))
    evidence_key: Mapped[str | None] = mapped_column(String(512))
    verdict: Mapped[str] = mapped_column(String(32))
    is_second_look: Mapped[bool]
    #: NULL in rows of releases that did not say.
    is_suspect: Mapped[bool | None]
    #: NULL once it has moved to the archive.
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: Of the content as text, where it has moved.
    content_sha256: Mapped[str | None] = mapped_column(String(64))


class ObservationRow(Base):
    """One tracking looked up in one page reading; append-only."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("tracking_id", "page_reading_id"),
        Index("ix_observation_run", "run_id", "tracking_id"),
        Index("ix_observation_reading", "page_reading_id"),
        Index("ix_observation_fetched", "fetched_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"))
    page_reading_id: Mapped[int] = mapped_column(BigId, ForeignKey("page_reading.id"))
    fetched_at: Mapped[datetime]
    rank: Mapped[int | None]
    area: Mapped[str | None] = mapped_column(String(32))
    page_rank: Mapped[int | None]
    depth: Mapped[int]
    block_absent: Mapped[bool]
    matched_by: Mapped[str | None] = mapped_column(String(16))
    near_rank: Mapped[int | None]
    near_area: Mapped[str | None] = mapped_column(String(32))
    areas: Mapped[str] = mapped_column(server_default=text("''"))
    counts_bundled: Mapped[bool] = mapped_column(server_default=false())


class RankHistoryRow(Base):
    """The ledger: one row per tracking and KST date."""

    __tablename__ = "rank_history"
    __table_args__ = (
        Index(
            "ix_rank_history_exposed",
            "tracking_id",
            "session_number",
            sqlite_where=text("rank IS NOT NULL"),
            postgresql_where=text("rank IS NOT NULL"),
        ),
        Index("ix_rank_history_observation", "observation_id"),
        Index(
            "ix_rank_history_unjudged",
            "date",
            "tracking_id",
            sqlite_where=text("version <> evaluated_version"),
            postgresql_where=text("version <> evaluated_version"),
        ),
    )

    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True)
    date: Mapped[KstDate] = mapped_column(primary_key=True)
    session_number: Mapped[int]
    rank: Mapped[int | None]
    area: Mapped[str | None] = mapped_column(String(32))
    page_rank: Mapped[int | None]
    depth: Mapped[int]
    looks: Mapped[int]
    observation_id: Mapped[int] = mapped_column(BigId, ForeignKey("observation.id"))
    matched_by: Mapped[str | None] = mapped_column(String(16))
    near_area: Mapped[str | None] = mapped_column(String(32))
    near_rank: Mapped[int | None]
    #: False only of an exposed day beyond those that its session sells.
    counts: Mapped[bool] = mapped_column(server_default=true())
    #: Grows with every change of the row; the release before leaves it as it is.
    version: Mapped[int] = mapped_column(server_default=text("1"))
    #: The version that an evaluation has judged; 0 before the first.
    evaluated_version: Mapped[int] = mapped_column(server_default=text("0"))


#: What a row says; the others say how far it was judged.
LEDGER_COLUMNS = tuple(
    column for column in RankHistoryRow.__table__.columns if column.name not in {"version", "evaluated_version"}
)


class CorrectionRow(Base):
    """A ledger row that a later reader changed; append-only."""

    __tablename__ = "correction"
    __table_args__ = (
        ForeignKeyConstraint(["tracking_id", "date"], ["rank_history.tracking_id", "rank_history.date"]),
        Index("ix_correction_row", "tracking_id", "date"),
        Index("ix_correction_reading", "page_reading_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tracking_id: Mapped[int] = mapped_column(BigId)
    date: Mapped[KstDate]
    page_reading_id: Mapped[int] = mapped_column(BigId, ForeignKey("page_reading.id"))
    old_rank: Mapped[int | None]
    old_area: Mapped[str | None] = mapped_column(String(32))
    old_page_rank: Mapped[int | None]
    old_depth: Mapped[int]
    new_rank: Mapped[int | None]
    new_area: Mapped[str | None] = mapped_column(String(32))
    new_page_rank: Mapped[int | None]
    new_depth: Mapped[int]
    old_parser_version: Mapped[str] = mapped_column(String(32))
    new_parser_version: Mapped[str] = mapped_column(String(32))
    corrected_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Reason)
    old_matched_by: Mapped[str | None] = mapped_column(String(16))
    old_near_area: Mapped[str | None] = mapped_column(String(32))
    old_near_rank: Mapped[int | None]
    new_matched_by: Mapped[str | None] = mapped_column(String(16))
    new_near_area: Mapped[str | None] = mapped_column(String(32))
    new_near_rank: Mapped[int | None]
    old_counts: Mapped[bool] = mapped_column(server_default=true())
    new_counts: Mapped[bool] = mapped_column(server_default=true())

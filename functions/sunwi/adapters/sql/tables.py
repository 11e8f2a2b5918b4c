"""Typed tables of the one database; the same on PostgreSQL and SQLite."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds

#: SQLite only numbers an INTEGER PRIMARY KEY by itself.
BigId = BigInteger().with_variant(Integer, "sqlite")

#: A page that is quoted in an error may be megabytes long.
MAX_REASON_LENGTH = 2_000

#: A column called `date` hides the type of that name.
KstDate = date


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite, which has no zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC.

        Raises:
            ValueError: The instant is naive.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: pass an aware instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Reason(TypeDecorator[str]):
    """Why something failed, in whatever words came; cut, and without what PostgreSQL cannot hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store no NUL, no half of a surrogate pair, and `MAX_REASON_LENGTH` characters at most."""
        if value is None:
            return None
        text = value[:MAX_REASON_LENGTH].replace("\0", "")
        return text.encode(errors="replace").decode()


class Base(DeclarativeBase):
    """Naming convention for constraints, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the name and shape SQLAlchemy asks for
        str: String(255),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


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


class RunRow(Base):
    """One round over trackings."""

    __tablename__ = "run"
    __table_args__ = (
        Index("ix_run_started", "started_at"),
        Index("ix_run_request", "request_id", unique=True),
        Index(
            "ix_run_open",
            "started_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    business_date: Mapped[date]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    expected: Mapped[int]
    generation: Mapped[int]
    closed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Reason)
    summary: Mapped[dict[str, Any] | None]
    blocked_since: Mapped[datetime | None]
    canary: Mapped[str | None] = mapped_column(String(16))
    held_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    #: NULL in scheduled runs, and in rows of releases that did not store it.
    request_id: Mapped[str | None] = mapped_column(String(64))


class CanaryCheckRow(Base):
    """One reading of the pages with known answers; its run may not exist yet."""

    __tablename__ = "canary_check"
    __table_args__ = (UniqueConstraint("run_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    checked_at: Mapped[datetime]
    surfaces: Mapped[list[Any]]
    failures: Mapped[list[Any]]


class TaskRow(Base):
    """One tracking within one run."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_state", "run_id", "state"),
        Index(
            "ix_task_unsent",
            "run_id",
            "position",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix_task_tracking", "tracking_id", "state"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), primary_key=True)
    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Reason)
    cause: Mapped[str | None] = mapped_column(String(16))
    is_exposed: Mapped[bool | None]
    late_date: Mapped[date | None]


class AttemptRow(Base):
    """One look that one message started; committed before the look, so that a crash counts."""

    __tablename__ = "attempt"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "tracking_id"], ["task.run_id", "task.tracking_id"]),
        UniqueConstraint("run_id", "tracking_id", "message_id", "number"),
        Index("ix_attempt_finished", "run_id", "finished_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[str] = mapped_column(String(64))
    tracking_id: Mapped[int] = mapped_column(BigId)
    message_id: Mapped[str] = mapped_column(String(128))
    number: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    page_loads: Mapped[int]
    error: Mapped[str | None] = mapped_column(Reason)
    error_name: Mapped[str | None] = mapped_column(String(64))
    cause: Mapped[str | None] = mapped_column(String(16))
    is_permanent: Mapped[bool]
    is_counted: Mapped[bool] = mapped_column(server_default=true())


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
    content: Mapped[dict[str, Any]]


class ObservationRow(Base):
    """One tracking looked up in one page reading; append-only."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("tracking_id", "page_reading_id"),
        Index("ix_observation_run", "run_id", "tracking_id"),
        Index("ix_observation_reading", "page_reading_id"),
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
    #: False only of an exposed day beyond the 25 of its session.
    counts: Mapped[bool] = mapped_column(server_default=true())


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


class WatchFindingRow(Base):
    """A problem that the watchdog saw, from its first look to the one that no longer saw it."""

    __tablename__ = "watch_finding"
    __table_args__ = (
        Index(
            "ix_watch_finding_key",
            "key",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(128))
    day: Mapped[date | None]
    extent: Mapped[int]
    detail: Mapped[str] = mapped_column(Reason)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    repair: Mapped[str | None] = mapped_column(Reason)
    alarmed_at: Mapped[datetime | None]
    alarmed_extent: Mapped[int | None]


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

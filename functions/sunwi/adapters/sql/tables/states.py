"""Where trackings stand, so that lists need not read the ledger."""

from datetime import date

from sqlalchemy import Computed, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId, KstDate

#: Stands where a day is that has not been yet, so that it has a place in an order.
NEVER = date.min

#: What trackings are sorted behind that have no such number.
BEYOND_EVERY_NUMBER = 1_000_000

_RANK_ORDER = f"coalesce(last_rank, {BEYOND_EVERY_NUMBER})"
#: The rule of `sunwi.domain.session_forecast`.
_FINISH_ORDER = (
    f"CASE WHEN NOT is_active OR exposed_days = 0 AND measured_days > 0 THEN {BEYOND_EVERY_NUMBER} "
    "WHEN measured_days = 0 THEN session_days - exposed_days "
    "ELSE ((session_days - exposed_days) * measured_days + exposed_days - 1) / exposed_days END"
)


class TrackingStateRow(Base):
    """The sum of what ledger, tasks and tracking say; written with them, and worked out anew by `rebuild-state`."""

    __tablename__ = "tracking_state"
    __table_args__ = (
        Index("ix_tracking_state_rank", "rank_order", "tracking_id"),
        Index("ix_tracking_state_days_left", "days_left", "tracking_id"),
        Index("ix_tracking_state_finish", "finish_order", "tracking_id"),
        Index("ix_tracking_state_measured", "last_date", "tracking_id"),
        Index(
            "ix_tracking_state_missed",
            "tracking_id",
            sqlite_where=text("missed_on IS NOT NULL"),
            postgresql_where=text("missed_on IS NOT NULL"),
        ),
    )

    tracking_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracking.id"), primary_key=True, autoincrement=False)
    is_active: Mapped[bool]
    session: Mapped[int]
    session_days: Mapped[int]
    #: Days of the session that count.
    exposed_days: Mapped[int]
    #: All days of the session.
    measured_days: Mapped[int]
    #: All days of the ledger.
    ledger_days: Mapped[int]
    #: The latest row of the ledger; `NEVER` and NULL before the first.
    last_date: Mapped[KstDate]
    last_session_number: Mapped[int | None]
    last_rank: Mapped[int | None]
    last_area: Mapped[str | None] = mapped_column(String(32))
    last_page_rank: Mapped[int | None]
    last_depth: Mapped[int | None]
    last_looks: Mapped[int | None]
    last_observation_id: Mapped[int | None] = mapped_column(BigId)
    last_matched_by: Mapped[str | None] = mapped_column(String(16))
    last_near_area: Mapped[str | None] = mapped_column(String(32))
    last_near_rank: Mapped[int | None]
    last_counts: Mapped[bool | None]
    #: First of the latest rows that are exposed, or not, like the last one.
    exposure_since: Mapped[KstDate | None]
    last_exposed_on: Mapped[KstDate | None]
    #: First and last business date after the latest row on which a task ended unmeasured.
    missed_since: Mapped[KstDate | None]
    missed_on: Mapped[KstDate | None]
    #: What lists are sorted by; never NULL, so that a page can begin behind any of them.
    rank_order: Mapped[int] = mapped_column(Computed(_RANK_ORDER, persisted=True))
    days_left: Mapped[int] = mapped_column(Computed("session_days - exposed_days", persisted=True))
    finish_order: Mapped[int] = mapped_column(Computed(_FINISH_ORDER, persisted=True))

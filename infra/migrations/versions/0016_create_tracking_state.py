"""Keep where every tracking stands beside the ledger, so that lists need not read it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = ("fk_tracking_state_tracking", ["tracking_id"], ["tracking.id"])
_INDEXES = (
    ("ix_tracking_state_rank", ["rank_order", "tracking_id"]),
    ("ix_tracking_state_days_left", ["days_left", "tracking_id"]),
    ("ix_tracking_state_finish", ["finish_order", "tracking_id"]),
    ("ix_tracking_state_measured", ["last_date", "tracking_id"]),
)

_MISSED = (
    "(SELECT {what}(run.business_date) FROM task JOIN run ON run.id = task.run_id WHERE task.tracking_id = tracking.id "
    "AND task.state IN ('FAILED', 'CANCELLED', 'EXPIRED') AND run.business_date > coalesce(last.date, '0001-01-01'))"
)
_LAST = (
    "session_number",
    "rank",
    "area",
    "page_rank",
    "depth",
    "looks",
    "observation_id",
    "matched_by",
    "near_area",
    "near_rank",
    "counts",
)


def _of_days(what: str, condition: str = "TRUE") -> str:
    of_tracking = f"FROM rank_history AS day WHERE day.tracking_id = tracking.id AND {condition}"
    return f"(SELECT {what} {of_tracking})"


_IS_CURRENT = "session_number = current_session"
_LAST_OTHER_DAY = _of_days("max(date)", "(rank IS NULL) <> (last.rank IS NULL)")
_FILL = {
    "tracking_id": "tracking.id",
    "is_active": "tracking.status = 'ACTIVE'",
    "session": "current_session",
    "session_days": "session_days",
    "exposed_days": _of_days("count(*)", f"{_IS_CURRENT} AND rank IS NOT NULL AND counts"),
    "measured_days": _of_days("count(*)", _IS_CURRENT),
    "ledger_days": _of_days("count(*)"),
    "last_date": "coalesce(last.date, '0001-01-01')",
    **{f"last_{name}": f"last.{name}" for name in _LAST},
    "exposure_since": _of_days("min(date)", f"date > coalesce({_LAST_OTHER_DAY}, '0001-01-01')"),
    "last_exposed_on": _of_days("max(date)", "rank IS NOT NULL"),
    "missed_since": _MISSED.format(what="min"),
    "missed_on": _MISSED.format(what="max"),
}
_FROM = (
    f"tracking LEFT JOIN rank_history AS last ON last.tracking_id = tracking.id AND last.date = {_of_days('max(date)')}"
)


def upgrade() -> None:
    """Create, and fill from what is stored, in one statement; what is saved meanwhile is taken in as its run closes.

    Nobody waits while the table is filled: what refers to `tracking`, and indexes it, comes last.
    """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "tracking_state",
        sa.Column("tracking_id", _ID, autoincrement=False, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("session_days", sa.Integer(), nullable=False),
        sa.Column("exposed_days", sa.Integer(), nullable=False),
        sa.Column("measured_days", sa.Integer(), nullable=False),
        sa.Column("ledger_days", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("last_session_number", sa.Integer(), nullable=True),
        sa.Column("last_rank", sa.Integer(), nullable=True),
        sa.Column("last_area", sa.String(length=32), nullable=True),
        sa.Column("last_page_rank", sa.Integer(), nullable=True),
        sa.Column("last_depth", sa.Integer(), nullable=True),
        sa.Column("last_looks", sa.Integer(), nullable=True),
        sa.Column("last_observation_id", _ID, nullable=True),
        sa.Column("last_matched_by", sa.String(length=16), nullable=True),
        sa.Column("last_near_area", sa.String(length=32), nullable=True),
        sa.Column("last_near_rank", sa.Integer(), nullable=True),
        sa.Column("last_counts", sa.Boolean(), nullable=True),
        sa.Column("exposure_since", sa.Date(), nullable=True),
        sa.Column("last_exposed_on", sa.Date(), nullable=True),
        sa.Column("missed_since", sa.Date(), nullable=True),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.Column("rank_order", sa.Integer(), sa.Computed("coalesce(last_rank, 1000000)", persisted=True)),
        sa.Column("days_left", sa.Integer(), sa.Computed("session_days - exposed_days", persisted=True)),
        sa.Column(
            "finish_order",
            sa.Integer(),
            sa.Computed(
                "CASE WHEN NOT is_active OR exposed_days = 0 AND measured_days > 0 THEN 1000000 "
                "WHEN measured_days = 0 THEN session_days - exposed_days "
                "ELSE ((session_days - exposed_days) * measured_days + exposed_days - 1) / exposed_days END",
                persisted=True,
            ),
        ),
        sa.PrimaryKeyConstraint("tracking_id", name="pk_tracking_state"),
        # SQLite takes a key only together with its table.
        *([sa.ForeignKeyConstraint(_KEY[1], _KEY[2], name=_KEY[0])] if is_sqlite else []),
    )
    names, values = ", ".join(_FILL), ", ".join(_FILL.values())
    op.execute(f"INSERT INTO tracking_state ({names}) SELECT {values} FROM {_FROM}")  # noqa: S608 - of our own
    for name, columns in _INDEXES:
        op.create_index(name, "tracking_state", columns)
    missed = sa.text("missed_on IS NOT NULL")
    op.create_index(
        "ix_tracking_state_missed", "tracking_state", ["tracking_id"], sqlite_where=missed, postgresql_where=missed
    )
    if not is_sqlite:
        op.create_foreign_key(_KEY[0], "tracking_state", "tracking", _KEY[1], ["id"])
    op.create_index("ix_tracking_keyword", "tracking", ["keyword", "id"])


def downgrade() -> None:
    """Drop: it all stands in the ledger."""
    op.drop_index("ix_tracking_keyword", "tracking")
    op.drop_table("tracking_state")

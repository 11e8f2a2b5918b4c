"""Create the tables of evaluation, and store how far each day of the ledger was judged."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create; days that are there count as judged, so that nobody is told years of old news.

    PostgreSQL takes the default of the moment for rows that are there, and rewrites none of them.
    """
    _create_event()
    _create_thresholds()
    _create_digest()
    # Last, since saves wait for it.
    op.add_column("rank_history", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        _add_evaluated_version("0")
        op.execute("UPDATE rank_history SET evaluated_version = version")
    else:
        _add_evaluated_version("1")
        op.execute("ALTER TABLE rank_history ALTER COLUMN evaluated_version SET DEFAULT 0")
    unjudged = sa.text("version <> evaluated_version")
    op.create_index(
        "ix_rank_history_unjudged",
        "rank_history",
        ["date", "tracking_id"],
        sqlite_where=unjudged,
        postgresql_where=unjudged,
    )


def downgrade() -> None:
    """Drop: events stand in the ledger, and what was told was told."""
    op.drop_index("ix_rank_history_unjudged", "rank_history")
    op.drop_column("rank_history", "evaluated_version")
    op.drop_column("rank_history", "version")
    for table in ("evaluation_digest", "client_thresholds", "evaluation_event"):
        op.drop_table(table)


def _add_evaluated_version(default: str) -> None:
    column = sa.Column("evaluated_version", sa.Integer(), server_default=sa.text(default), nullable=False)
    op.add_column("rank_history", column)


def _create_event() -> None:
    op.create_table(
        "evaluation_event",
        sa.Column("tracking_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("compared", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("said", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tracking_id", "day", "kind", name="pk_evaluation_event"),
        sa.ForeignKeyConstraint(["tracking_id"], ["tracking.id"], name="fk_evaluation_event_tracking"),
    )
    op.create_index("ix_evaluation_event_day", "evaluation_event", ["day", "tracking_id", "kind"])
    untold = sa.text("told < version")
    op.create_index(
        "ix_evaluation_event_untold",
        "evaluation_event",
        ["tracking_id"],
        sqlite_where=untold,
        postgresql_where=untold,
    )


def _create_thresholds() -> None:
    op.create_table(
        "client_thresholds",
        sa.Column("client_id", _ID, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("drop_places", sa.Integer(), nullable=False),
        sa.Column("gap_days", sa.Integer(), nullable=False),
        sa.Column("unmeasured_nights", sa.Integer(), nullable=False),
        sa.Column("ends_soon_days", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("is_daily", sa.Boolean(), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.Column("set_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "since", name="pk_client_thresholds"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_thresholds_client", ondelete="CASCADE"),
    )


def _create_digest() -> None:
    op.create_table(
        "evaluation_digest",
        sa.Column("owner", _ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posted_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("owner", "day", name="pk_evaluation_digest"),
    )
    op.create_index("ix_evaluation_digest_day", "evaluation_digest", ["day"])

"""Create the outbox of notices, the channels that they go to, and the pace of their hooks."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)

#: Index → columns, and the rows that it is kept to.
_NOTICE_INDEXES = {
    "ix_notice_waiting": (["not_before", "id"], "state = 'WAITING'"),
    "ix_notice_queued": (["queued_at", "id"], "state = 'QUEUED'"),
    "ix_notice_overdue": (["overdue_at", "id"], "overdue_at IS NOT NULL"),
    "ix_notice_dead": (["id"], "state = 'DEAD'"),
}


def upgrade() -> None:
    """Create; nobody is told anything before somebody adds a channel."""
    _create_channel()
    _create_notice()
    op.create_table(
        "channel_pace",
        sa.Column("hook", sa.String(length=64), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hook", name="pk_channel_pace"),
    )


def downgrade() -> None:
    """Drop: the earlier version tells nobody but by alarms."""
    for table in ("channel_pace", "notice", "channel"):
        op.drop_table(table)


def _create_channel() -> None:
    op.create_table(
        "channel",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=255), nullable=True),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("agency_id", _ID, nullable=True),
        sa.Column("client_id", _ID, nullable=True),
        sa.Column("kinds", sa.String(length=255), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("muted_until", _TIME, nullable=True),
        sa.Column("suppressed", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_channel_agency"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_channel_client"),
    )
    is_there = sa.text("removed_at IS NULL")
    op.create_index(
        "ix_channel_name", "channel", ["name"], unique=True, sqlite_where=is_there, postgresql_where=is_there
    )
    op.create_index("ix_channel_agency", "channel", ["agency_id"])
    op.create_index("ix_channel_client", "channel", ["client_id"])


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel_id", _ID, nullable=True),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("audience_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("dedupe_key", sa.String(length=255), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("not_before", _TIME, nullable=False),
        *(sa.Column(name, _TIME, nullable=True) for name in ("queued_at", "leased_until", "told_at")),
        sa.Column("failure_code", sa.String(length=64), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("overdue_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name="fk_notice_channel"),
        sa.UniqueConstraint("channel_id", "dedupe_key", name="uq_notice"),
    )
    without = sa.text("channel_id IS NULL")
    op.create_index(
        "ix_notice_of_no_channel", "notice", ["dedupe_key"], unique=True, sqlite_where=without, postgresql_where=without
    )
    for name, (columns, condition) in _NOTICE_INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "notice", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_notice_channel", "notice", ["channel_id", "id"])

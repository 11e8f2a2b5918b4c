"""Create the tables of open pages, and of how far a run is."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create; nobody watched anything before."""
    op.create_table(
        "live_ticket",
        sa.Column("ticket_hash", sa.String(length=64), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("ticket_hash", name="pk_live_ticket"),
    )
    op.create_index("ix_live_ticket_expires", "live_ticket", ["expires_at"])
    op.create_table(
        "live_connection",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("connected_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_live_connection"),
    )
    op.create_index("ix_live_connection_account", "live_connection", ["account_id", "connected_at"])
    op.create_index("ix_live_connection_connected", "live_connection", ["connected_at"])
    op.create_table(
        "live_topic",
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("connection_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["live_connection.id"], name="fk_live_topic_connection"),
        sa.PrimaryKeyConstraint("topic", "connection_id", name="pk_live_topic"),
    )
    op.create_index("ix_live_topic_connection", "live_topic", ["connection_id"])
    op.create_table(
        "run_progress",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refreshed_at", _TIME, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_progress"),
    )


def downgrade() -> None:
    """Drop: pages go on polling."""
    for table in ("run_progress", "live_topic", "live_connection", "live_ticket"):
        op.drop_table(table)

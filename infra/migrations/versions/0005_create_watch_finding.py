"""Create the table of what the watchdog found, and tell since when a tracking is active."""

import sqlalchemy as sa
from alembic import op

#: SQLite only numbers an INTEGER PRIMARY KEY by itself.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create."""
    op.create_table(
        "watch_finding",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("extent", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repair", sa.Text(), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_extent", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_watch_finding"),
    )
    there = sa.text("resolved_at IS NULL")
    op.create_index(
        "ix_watch_finding_key", "watch_finding", ["key"], unique=True, sqlite_where=there, postgresql_where=there
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index("ix_run_open", "run", ["started_at"], sqlite_where=is_open, postgresql_where=is_open)
    op.add_column("tracking", sa.Column("active_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget what was found."""
    op.drop_column("tracking", "active_since")
    op.drop_index("ix_run_open", "run")
    op.drop_table("watch_finding")

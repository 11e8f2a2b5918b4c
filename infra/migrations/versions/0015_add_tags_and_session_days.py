"""Store tags, the rank that was promised, and how many exposed days a session sells."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add; every session sold 25 days before."""
    op.add_column("tracking", sa.Column("session_days", sa.Integer(), server_default=sa.text("25"), nullable=False))
    op.add_column("tracking", sa.Column("target_rank", sa.Integer(), nullable=True))
    op.create_table(
        "tracking_tag",
        sa.Column("tracking_id", _ID, nullable=False),
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("tracking_id", "tag", name="pk_tracking_tag"),
        sa.ForeignKeyConstraint(["tracking_id"], ["tracking.id"], name="fk_tracking_tag_tracking"),
    )
    op.create_index("ix_tracking_tag_tag", "tracking_tag", ["tag", "tracking_id"])


def downgrade() -> None:
    """Drop: the earlier version knows sessions of 25 days only."""
    op.drop_index("ix_tracking_tag_tag", "tracking_tag")
    op.drop_table("tracking_tag")
    op.drop_column("tracking", "target_rank")
    op.drop_column("tracking", "session_days")

"""Create the table of circuits, and note which runs and looks they touch."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create."""
    op.create_table(
        "circuit",
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        sa.Column("blocked_pages", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("surface", "device", name="pk_circuit"),
    )
    op.add_column("run", sa.Column("blocked_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempt", sa.Column("is_counted", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_attempt_finished", "attempt", ["run_id", "finished_at"])


def downgrade() -> None:
    """Forget refusals: looks that were no attempts count as such again."""
    op.drop_index("ix_attempt_finished", "attempt")
    op.drop_column("attempt", "is_counted")
    op.drop_column("run", "blocked_since")
    op.drop_table("circuit")

"""Store which exposed days count for their session, and what corrections did to that."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = (("rank_history", "counts"), ("correction", "old_counts"), ("correction", "new_counts"))


def upgrade() -> None:
    """Add; every exposed day counted before, and goes on counting until somebody recounts its session."""
    for table, name in _COLUMNS:
        op.add_column(table, sa.Column(name, sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    """Drop: over-exposed days count again, as the earlier version knows no others."""
    for table, name in reversed(_COLUMNS):
        op.drop_column(table, name)

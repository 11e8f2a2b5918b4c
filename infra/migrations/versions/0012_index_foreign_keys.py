"""Index the foreign keys that joins and deletes look rows up by."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_observation_reading", "observation", "page_reading_id"),
    ("ix_rank_history_observation", "rank_history", "observation_id"),
    ("ix_correction_reading", "correction", "page_reading_id"),
)


def upgrade() -> None:
    """Create."""
    for name, table, column in _INDEXES:
        op.create_index(name, table, [column])


def downgrade() -> None:
    """Drop."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)

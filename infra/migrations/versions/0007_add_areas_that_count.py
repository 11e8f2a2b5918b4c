"""Store which areas count for a tracking, what each look counted, and which card stood near."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NEAR = (("matched_by", sa.String(length=16)), ("near_area", sa.String(length=32)), ("near_rank", sa.Integer()))


def upgrade() -> None:
    """Add; everything counted before, and days of before say what their observations say."""
    for table in ("tracking", "observation"):
        op.add_column(table, sa.Column("areas", sa.String(length=255), server_default=sa.text("''"), nullable=False))
        op.add_column(table, sa.Column("counts_bundled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("observation", sa.Column("near_area", sa.String(length=32), nullable=True))
    for name, kind in _NEAR:
        op.add_column("rank_history", sa.Column(name, kind, nullable=True))
        for age in ("old", "new"):
            op.add_column("correction", sa.Column(f"{age}_{name}", kind, nullable=True))
    op.execute(
        "UPDATE rank_history SET matched_by = (SELECT matched_by FROM observation WHERE observation.id = "
        "rank_history.observation_id), near_rank = (SELECT near_rank FROM observation WHERE observation.id = "
        "rank_history.observation_id)"
    )
    op.execute("UPDATE rank_history SET matched_by = 'own', near_rank = NULL WHERE rank IS NOT NULL")


def downgrade() -> None:
    """Drop."""
    for name, _ in reversed(_NEAR):
        for age in ("new", "old"):
            op.drop_column("correction", f"{age}_{name}")
        op.drop_column("rank_history", name)
    op.drop_column("observation", "near_area")
    for table in ("observation", "tracking"):
        op.drop_column(table, "counts_bundled")
        op.drop_column(table, "areas")

"""Create the table of the ranks that were promised before, each with the last day that it holds for."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create; what was promised before this is not known, so that the present promise holds for all days."""
    op.create_table(
        "former_target",
        sa.Column("tracking_id", _ID, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("target_rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tracking_id"], ["tracking.id"], name="fk_former_target_tracking_id_tracking"),
        sa.PrimaryKeyConstraint("tracking_id", "until", name="pk_former_target"),
    )


def downgrade() -> None:
    """Drop: the earlier version judges every day by the present promise."""
    op.drop_table("former_target")

"""Create the table of when each site may be asked for its next page."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create; `next_at` is in microseconds since 1970, UTC."""
    op.create_table(
        "site_pace",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_site_pace"),
    )


def downgrade() -> None:
    """Forget what is reserved: no pause is longer than some seconds."""
    op.drop_table("site_pace")

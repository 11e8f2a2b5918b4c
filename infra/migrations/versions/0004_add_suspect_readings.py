"""Record of a page reading whether the page contradicts itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; readings of before do not say."""
    op.add_column("page_reading", sa.Column("is_suspect", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Drop; whether a page contradicts itself is in its content as well."""
    op.drop_column("page_reading", "is_suspect")

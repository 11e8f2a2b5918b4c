"""Store the whole id of the request that started a run, once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; what is stored of earlier requests is too little to fill it in."""
    op.add_column("run", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.create_index("ix_run_request", "run", ["request_id"], unique=True)


def downgrade() -> None:
    """Drop."""
    op.drop_index("ix_run_request", "run")
    op.drop_column("run", "request_id")

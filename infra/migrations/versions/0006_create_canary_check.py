"""Create the table of canary checks, and let a run be held."""

import sqlalchemy as sa
from alembic import op

#: SQLite only numbers an INTEGER PRIMARY KEY by itself.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create, and add."""
    op.create_table(
        "canary_check",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("surfaces", sa.JSON(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canary_check"),
        sa.UniqueConstraint("run_id", "number", name="uq_canary_check"),
    )
    op.add_column("run", sa.Column("canary", sa.String(length=16), nullable=True))
    op.add_column("run", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("run", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop; a held run is sent once it is dispatched again."""
    op.drop_column("run", "released_at")
    op.drop_column("run", "held_until")
    op.drop_column("run", "canary")
    op.drop_table("canary_check")

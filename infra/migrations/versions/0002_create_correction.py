"""Create the table of corrections of the ledger."""

import sqlalchemy as sa
from alembic import op

#: SQLite only numbers an INTEGER PRIMARY KEY by itself.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create."""
    op.create_table(
        "correction",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("tracking_id", BIG_ID, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("page_reading_id", BIG_ID, nullable=False),
        sa.Column("old_rank", sa.Integer(), nullable=True),
        sa.Column("old_area", sa.String(length=32), nullable=True),
        sa.Column("old_page_rank", sa.Integer(), nullable=True),
        sa.Column("old_depth", sa.Integer(), nullable=False),
        sa.Column("new_rank", sa.Integer(), nullable=True),
        sa.Column("new_area", sa.String(length=32), nullable=True),
        sa.Column("new_page_rank", sa.Integer(), nullable=True),
        sa.Column("new_depth", sa.Integer(), nullable=False),
        sa.Column("old_parser_version", sa.String(length=32), nullable=False),
        sa.Column("new_parser_version", sa.String(length=32), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tracking_id", "date"],
            ["rank_history.tracking_id", "rank_history.date"],
            name="fk_correction_rank_history",
        ),
        sa.ForeignKeyConstraint(["page_reading_id"], ["page_reading.id"], name="fk_correction_page_reading"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_row", "correction", ["tracking_id", "date"])


def downgrade() -> None:
    """Drop the audit; the ledger stays as it was corrected."""
    op.drop_table("correction")

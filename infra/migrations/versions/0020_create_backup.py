"""Create the table of what became of backups, verifications and restores."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SIZE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create; nothing is known of earlier backups."""
    op.create_table(
        "backup",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", _TIME, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=True),
        sa.Column("backend", sa.String(length=16), nullable=True),
        sa.Column("database", sa.String(length=255), nullable=True),
        sa.Column("environment", sa.String(length=255), nullable=True),
        sa.Column("taken_at", _TIME, nullable=True),
        sa.Column("size_bytes", _SIZE, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("server_major", sa.Integer(), nullable=True),
        sa.Column("schema_revision", sa.String(length=32), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("into_database", sa.String(length=255), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("checked_at", _TIME, nullable=True),
        sa.Column("failure_code", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name="pk_backup"),
    )
    op.create_index("ix_backup_ended", "backup", ["work", "ended_at", "job_id"])
    op.create_index("ix_backup_key", "backup", ["key"])


def downgrade() -> None:
    """Drop: the earlier version knows no backups; what is in the bucket stays."""
    op.drop_table("backup")

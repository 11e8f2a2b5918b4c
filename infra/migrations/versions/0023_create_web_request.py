"""Create the tables of requests that may be repeated, of links to files, and of failures to come in."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create; there was no API before."""
    op.create_table(
        "web_request",
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("claimed_at", _TIME, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_web_request"),
    )
    op.create_index("ix_web_request_claimed", "web_request", ["claimed_at"])
    op.create_table(
        "file_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=1024), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_file_link"),
    )
    op.create_index("ix_file_link_expires", "file_link", ["expires_at"])
    op.create_table(
        "access_failure",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("window_at", _TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "window_at", name="pk_access_failure"),
    )
    op.create_index("ix_access_failure_window", "access_failure", ["window_at"])


def downgrade() -> None:
    """Drop: the earlier version has no API."""
    for table in ("access_failure", "file_link", "web_request"):
        op.drop_table(table)

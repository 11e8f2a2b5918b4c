"""Create accounts, the sessions of their browsers and the keys of their programs; find who did what to something."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create; the index of the audit, which has rows, comes last."""
    _create_account()
    _create_web_session()
    _create_api_key()
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])


def downgrade() -> None:
    """Drop: nobody can sign in any more."""
    op.drop_index("ix_audit_subject", "audit")
    for table in ("api_key", "web_session", "account"):
        op.drop_table(table)


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sub", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("agency_id", _ID, nullable=True),
        sa.Column("client_id", _ID, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME, nullable=True),
        sa.Column("last_seen_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_account_agency"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_account_client"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("sub", name="uq_account_sub"),
        sa.UniqueConstraint("email", name="uq_account_email"),
    )
    op.create_index("ix_account_agency", "account", ["agency_id"])
    op.create_index("ix_account_client", "account", ["client_id"])


def _create_web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("browser", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_web_session_account"),
        sa.PrimaryKeyConstraint("id_hash", name="pk_web_session"),
    )
    op.create_index("ix_web_session_account", "web_session", ["account_id", "created_at"])
    op.create_index("ix_web_session_created", "web_session", ["created_at", "id_hash"])


def _create_api_key() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("last_used_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_api_key_account"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("secret_hash", name="uq_api_key"),
    )
    op.create_index("ix_api_key_account", "api_key", ["account_id", "id"])

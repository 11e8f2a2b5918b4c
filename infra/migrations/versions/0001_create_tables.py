"""Create the tables of trackings, runs and ranks."""

import sqlalchemy as sa
from alembic import op

#: SQLite only numbers an INTEGER PRIMARY KEY by itself.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create."""
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_started", "run", ["started_at"])

    op.create_table(
        "tracking",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("target_id", sa.String(length=255), nullable=False),
        sa.Column("target_url", sa.Text(), nullable=False),
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("agency", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("current_session", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tracking"),
        sa.UniqueConstraint(
            "kind", "keyword", "target_id", "surface", "device", "location", "client", "agency", name="uq_tracking"
        ),
    )
    op.create_index("ix_tracking_dispatch", "tracking", ["status", "surface", "keyword", "id"])

    op.create_table(
        "page_reading",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("load_seconds", sa.Double(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("parser_version", sa.String(length=32), nullable=False),
        sa.Column("evidence_key", sa.String(length=512), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("is_second_look", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_page_reading_run"),
        sa.PrimaryKeyConstraint("id", name="pk_page_reading"),
    )
    op.create_index("ix_page_reading_fetched", "page_reading", ["fetched_at"])
    op.create_index(
        "ix_page_reading_page", "page_reading", ["run_id", "keyword", "surface", "device", "location", "fetched_at"]
    )

    op.create_table(
        "task",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("tracking_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_exposed", sa.Boolean(), nullable=True),
        sa.Column("late_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_task_run"),
        sa.ForeignKeyConstraint(["tracking_id"], ["tracking.id"], name="fk_task_tracking"),
        sa.PrimaryKeyConstraint("run_id", "tracking_id", name="pk_task"),
    )
    op.create_index("ix_task_state", "task", ["run_id", "state"])
    op.create_index("ix_task_tracking", "task", ["tracking_id", "state"])
    op.create_index(
        "ix_task_unsent",
        "task",
        ["run_id", "position"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )

    op.create_table(
        "attempt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("tracking_id", BIG_ID, nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page_loads", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_name", sa.String(length=64), nullable=True),
        sa.Column("is_permanent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id", "tracking_id"], ["task.run_id", "task.tracking_id"], name="fk_attempt_task"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint("run_id", "tracking_id", "message_id", "number", name="uq_attempt"),
    )
    op.create_table(
        "observation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("tracking_id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("page_reading_id", BIG_ID, nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(length=32), nullable=True),
        sa.Column("page_rank", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("block_absent", sa.Boolean(), nullable=False),
        sa.Column("matched_by", sa.String(length=16), nullable=True),
        sa.Column("near_rank", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["page_reading_id"], ["page_reading.id"], name="fk_observation_page_reading"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_observation_run"),
        sa.ForeignKeyConstraint(["tracking_id"], ["tracking.id"], name="fk_observation_tracking"),
        sa.PrimaryKeyConstraint("id", name="pk_observation"),
        sa.UniqueConstraint("tracking_id", "page_reading_id", name="uq_observation"),
    )
    op.create_index("ix_observation_run", "observation", ["run_id", "tracking_id"])

    op.create_table(
        "rank_history",
        sa.Column("tracking_id", BIG_ID, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(length=32), nullable=True),
        sa.Column("page_rank", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("observation_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["observation_id"], ["observation.id"], name="fk_rank_history_observation"),
        sa.ForeignKeyConstraint(["tracking_id"], ["tracking.id"], name="fk_rank_history_tracking"),
        sa.PrimaryKeyConstraint("tracking_id", "date", name="pk_rank_history"),
    )
    op.create_index(
        "ix_rank_history_exposed",
        "rank_history",
        ["tracking_id", "session_number"],
        sqlite_where=sa.text("rank IS NOT NULL"),
        postgresql_where=sa.text("rank IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop everything; the ledger is gone with it."""
    for table in ("rank_history", "observation", "attempt", "task", "page_reading", "tracking", "run"):
        op.drop_table(table)

"""Create the index of the archive and what is kept of who did what; let contents of page readings move out.

On SQLite a column ceases to be NOT NULL by its words alone, as SQLite's documentation of ALTER TABLE describes it for
constraints that change nothing of what is stored: to write the table anew, observations and corrections would have to
point to nothing in between, and a database of years would be copied.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)

#: Index → table, columns, and the rows that it is kept to.
_INDEXES: dict[str, tuple[str, list[str], str | None]] = {
    "ix_attempt_started": ("attempt", ["started_at", "id"], None),
    "ix_observation_fetched": ("observation", ["fetched_at", "id"], None),
    "ix_canary_check_checked": ("canary_check", ["checked_at", "id"], None),
    "ix_watch_finding_resolved": ("watch_finding", ["resolved_at", "id"], "resolved_at IS NOT NULL"),
    "ix_notice_created": ("notice", ["created_at", "id"], None),
    "ix_evaluation_event_changed": ("evaluation_event", ["changed_at", "tracking_id", "day", "kind"], None),
    "ix_job_notify": ("job", ["id"], "notify IS NOT NULL"),
}
_UNSETTLED = "emptied_at IS NULL OR stale_key IS NOT NULL"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Create; what every reader of a table waits for comes last."""
    _create_archive_part()
    _create_archive_mark()
    _create_audit()
    for name, (table, columns, condition) in _INDEXES.items():
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.add_column("page_reading", sa.Column("content_sha256", sa.String(length=64), nullable=True))
    if _is_sqlite():
        _rewrite_content("content JSON NOT NULL", "content JSON")
    else:
        op.alter_column("page_reading", "content", existing_type=sa.JSON(), nullable=True)


def downgrade() -> None:
    """Drop; readings whose content has moved are left without one."""
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
    op.execute("UPDATE page_reading SET content = 'null' WHERE content IS NULL")
    if _is_sqlite():
        _rewrite_content("content JSON", "content JSON NOT NULL")
    else:
        op.alter_column("page_reading", "content", existing_type=sa.JSON(), nullable=False)
    op.drop_column("page_reading", "content_sha256")
    for table in ("audit", "archive_mark", "archive_part"):
        op.drop_table(table)


def _create_archive_part() -> None:
    op.create_table(
        "archive_part",
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("first_at", _TIME, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("emptied_at", _TIME, nullable=True),
        sa.Column("restored_at", _TIME, nullable=True),
        sa.Column("stale_key", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("table_name", "month", "number", name="pk_archive_part"),
    )
    op.create_index(
        "ix_archive_part_unsettled",
        "archive_part",
        ["table_name", "month", "number"],
        sqlite_where=sa.text(_UNSETTLED),
        postgresql_where=sa.text(_UNSETTLED),
    )


def _create_archive_mark() -> None:
    mark = op.create_table(
        "archive_mark",
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("holder", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("step", name="pk_archive_mark"),
    )
    op.execute(mark.insert().values(step="lease", until=_NEVER))


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor", "id"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _rewrite_content(before: str, after: str) -> None:
    """Change the words of one column of `page_reading`, and have this connection and all others read them anew.

    Source: SQLite documentation, "ALTER TABLE", making other kinds of table schema changes.
    """
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'page_reading' AND instr(sql, ?) > 0",
        (f"{before},", f"{after},", f"{before},"),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=RESET")
    if changed.rowcount != 1:
        raise RuntimeError(f"the table page_reading has no column that is written as {before!r}")

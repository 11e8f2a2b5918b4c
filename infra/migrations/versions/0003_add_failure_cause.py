"""Store a stable code beside the words of a failed look and of a task that ended unmeasured."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: What stored attempts were named after, by the codes that stand for it now.
_CAUSES = {
    "blocked": ("Blocked",),
    "layout": ("LayoutUnknown",),
    "truncated": ("PageTruncated",),
    "unreachable": ("PageUnreachable",),
    "bad_message": ("BadMessage",),
    "unusable": ("Permanent", "InvalidInput", "StaleEvent", "UnbalancedRun"),
}
_TIMED_OUT = "%PageUnreachable: %Timeout % exceeded%"


def upgrade() -> None:
    """Add, and derive the codes of what is there."""
    for table in ("task", "attempt"):
        op.add_column(table, sa.Column("cause", sa.String(length=16), nullable=True))
    attempt = sa.table(
        "attempt", sa.column("error_name", sa.String), sa.column("error", sa.Text), sa.column("cause", sa.String)
    )
    named = {name: cause for cause, names in _CAUSES.items() for name in names}
    op.execute(
        sa.update(attempt)
        .where(attempt.c.error_name.is_not(None))
        .values(
            cause=sa.case(
                ((attempt.c.error_name + ": " + attempt.c.error).like(_TIMED_OUT), "timeout"),
                *((attempt.c.error_name == name, cause) for name, cause in named.items()),
                else_="other",
            )
        )
    )
    task = sa.table("task", sa.column("state", sa.String), sa.column("reason", sa.Text), sa.column("cause", sa.String))
    told = [
        (sa.or_(task.c.reason.like(f"{name}:%"), task.c.reason.like(f"%; last look: {name}:%")), cause)
        for name, cause in named.items()
    ]
    op.execute(
        sa.update(task)
        .where(task.c.state.in_(["FAILED", "EXPIRED", "CANCELLED", "RETRYING"]))
        .values(
            cause=sa.case(
                (task.c.state == "CANCELLED", "cancelled"),
                (task.c.reason.like("crashed:%"), "crash"),
                (task.c.reason.like(_TIMED_OUT), "timeout"),
                *told,
                (sa.and_(task.c.state == "EXPIRED", task.c.reason.like("not measured by the deadline%")), "deadline"),
                (task.c.state == "EXPIRED", "run_failed"),
                else_="other",
            )
        )
    )


def downgrade() -> None:
    """Forget the codes; the words stay."""
    for table in ("attempt", "task"):
        op.drop_column(table, "cause")

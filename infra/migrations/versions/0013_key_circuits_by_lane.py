"""Keep circuits by site and lane.

Release n-1 goes on finding Naver's rows by surface and device. It would insert a row that it misses by these alone, so
all that it can miss are added here: what it inserts then is there already, by the unique index.
Source: docs/adr/0045-sites-and-lanes.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: Runs what release n-1 does with the table on the new one.
proved_by = "tests/integration/store/migrations/test_lanes_migration.py"

_SURFACES = ("integrated", "place_list", "blog_tab", "cafe_tab")
_DEVICES = ("pc", "mobile")
_SHARED = (
    "blocked_pages",
    "opened_at",
    "pauses",
    "probe_at",
    "probing_until",
    "not_before",
    "reason",
    "closed_at",
)


def upgrade() -> None:
    """Write the table anew, which has a row for each surface and device at most."""
    op.rename_table("circuit", "circuit_by_surface")
    op.create_table(
        "circuit",
        sa.Column("site", sa.String(length=32), server_default="naver", nullable=False),
        sa.Column("lane", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("surface", sa.String(length=16), nullable=True),
        sa.Column("device", sa.String(length=8), nullable=True),
        *_columns(),
        sa.PrimaryKeyConstraint("site", "lane", name=_free_name("pk_circuit")),
    )
    names = ", ".join(_SHARED)
    op.execute(
        f"INSERT INTO circuit (site, lane, surface, device, {names}) "  # noqa: S608 - of constants
        f"SELECT 'naver', surface || '-' || device, surface, device, {names} FROM circuit_by_surface"
    )
    op.drop_table("circuit_by_surface")
    op.create_index("uq_circuit_surface", "circuit", ["surface", "device"], unique=True)
    for surface in _SURFACES:
        for device in _DEVICES:
            op.execute(
                f"INSERT INTO circuit (site, lane, surface, device, blocked_pages, pauses) "  # noqa: S608 - of constants
                f"VALUES ('naver', '{surface}-{device}', '{surface}', '{device}', '[]', 0) ON CONFLICT DO NOTHING"
            )
    _take_name("pk_circuit")


def downgrade() -> None:
    """Go back to surfaces and devices: the circuits of other sites are forgotten."""
    op.drop_index("uq_circuit_surface", "circuit")
    op.rename_table("circuit", "circuit_by_lane")
    op.create_table(
        "circuit",
        sa.Column("surface", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("surface", "device", name=_free_name("pk_circuit")),
    )
    names = ", ".join(("surface", "device", *_SHARED))
    op.execute(
        f"INSERT INTO circuit ({names}) SELECT {names} FROM circuit_by_lane "  # noqa: S608 - of constants
        "WHERE site = 'naver' AND surface IS NOT NULL"
    )
    op.drop_table("circuit_by_lane")
    _take_name("pk_circuit")


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("blocked_pages", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _free_name(name: str) -> str:
    """Return a constraint's name: PostgreSQL has one of each in a schema, and the old table still has this one."""
    return f"{name}_new" if op.get_bind().dialect.name == "postgresql" else name


def _take_name(name: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE circuit RENAME CONSTRAINT {name}_new TO {name}")

"""Create agencies and clients of the names that trackings carry, and link the trackings to them."""

import sqlalchemy as sa
import structlog
from alembic import op

from sunwi.domain.owner import find_look_alikes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)

#: Every name as it is written: whether two of them mean one client is for a person to say.
_MAKE_ROWS = (
    (
        "INSERT INTO agency (name, created_at) SELECT agency, min(created_at) FROM tracking WHERE agency <> '' "
        "GROUP BY agency ORDER BY agency"
    ),
    (
        "INSERT INTO client (agency_id, name, created_at) SELECT agency.id, tracking.client, min(tracking.created_at) "
        "FROM tracking LEFT JOIN agency ON agency.name = tracking.agency WHERE tracking.client <> '' "
        "GROUP BY agency.id, tracking.client ORDER BY tracking.client, agency.id"
    ),
)
#: One pass over the table, since each row that is written anew goes through all its indexes.
_LINK = (
    "UPDATE tracking SET agency_id = owner.agency_id, client_id = owner.client_id FROM ("
    "SELECT pair.client, pair.agency, agency.id AS agency_id, client.id AS client_id "
    "FROM (SELECT DISTINCT client, agency FROM tracking WHERE client <> '' OR agency <> '') AS pair "
    "LEFT JOIN agency ON agency.name = pair.agency "
    "LEFT JOIN client ON client.name = pair.client AND coalesce(client.agency_id, 0) = coalesce(agency.id, 0)"
    ") AS owner WHERE tracking.client = owner.client AND tracking.agency = owner.agency"
)


def upgrade() -> None:
    """Create, and link what is there in statements over the whole table; names that look alike are only reported.

    The release before goes on writing names alone: this release links such trackings when it comes across them.
    """
    op.create_table(
        "agency",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agency"),
        sa.UniqueConstraint("name", name="uq_agency"),
    )
    op.create_table(
        "client",
        sa.Column("id", _ID, nullable=False),
        sa.Column("agency_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
        sa.UniqueConstraint("agency_id", "name", name="uq_client"),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_client_agency"),
    )
    no_agency = sa.text("agency_id IS NULL")
    op.create_index(
        "ix_client_of_no_agency", "client", ["name"], unique=True, sqlite_where=no_agency, postgresql_where=no_agency
    )
    for statement in _MAKE_ROWS:
        op.execute(statement)
    for owner in ("agency", "client"):
        _add_reference(owner)
    op.execute(_LINK)
    for owner in ("agency", "client"):
        op.create_index(f"ix_tracking_{owner}", "tracking", [f"{owner}_id", "id"])
    _report()


def downgrade() -> None:
    """Drop: the trackings have kept the names."""
    for owner in ("client", "agency"):
        op.drop_index(f"ix_tracking_{owner}", "tracking")
        op.drop_column("tracking", f"{owner}_id")
    op.drop_table("client")
    op.drop_table("agency")


def _add_reference(owner: str) -> None:
    """Add a column and its foreign key; SQLite takes a key only together with its column."""
    reference = f"CONSTRAINT fk_tracking_{owner} REFERENCES {owner} (id)"
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE tracking ADD COLUMN {owner}_id {kind} {reference}")


def _report() -> None:
    """Write how many names became rows, and which of them differ in nothing that a person means."""
    bind = op.get_bind()
    agencies = bind.execute(sa.text("SELECT name FROM agency ORDER BY id")).scalars().all()
    clients = bind.execute(sa.text("SELECT agency_id, name FROM client ORDER BY id")).all()
    if not agencies and not clients:
        return
    of_agency: dict[int | None, list[str]] = {}
    for agency_id, name in clients:
        of_agency.setdefault(agency_id, []).append(name)
    structlog.get_logger().info(
        "names_made_rows",
        agencies=len(agencies),
        clients=len(clients),
        agencies_that_look_alike=find_look_alikes(agencies),
        clients_that_look_alike=[group for names in of_agency.values() for group in find_look_alikes(names)],
    )

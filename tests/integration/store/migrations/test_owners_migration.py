"""Names become agencies and clients; tags and session days come; and back, with everything that was stored before."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event, inspect, text
from structlog.testing import capture_logs

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.service.owners.list_owners import ListOwners
from tests.examples import NIGHT, place_tracking

BEFORE = "0012"
COLUMNS = (
    "id, kind, keyword, target_id, target_url, surface, device, location, client, agency, status, current_session, "
    "created_at"
)
TRACKINGS = [
    (1, "가나식당", "온누리", "2026-01-03 00:00:00"),
    (2, "가나식당", "온누리", "2026-01-01 00:00:00"),
    (3, "가나 식당", "온누리", "2026-01-02 00:00:00"),
    (4, "가나식당", "", "2026-01-02 00:00:00"),
    (5, "가나식당", "온 누리", "2026-01-02 00:00:00"),
    (6, "", "ABC", "2026-01-02 00:00:00"),
    (7, "", "", "2026-01-02 00:00:00"),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the release before, with trackings of several owners."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade(BEFORE)
    yield engine
    engine.dispose()


def store_trackings(engine: Engine, rows: Sequence[tuple[int, str, str, str]] = TRACKINGS) -> None:
    """Write trackings as the release before does: without a word of the new columns."""
    with engine.begin() as connection:
        for number, client, agency, created_at in rows:
            connection.execute(
                text(
                    f"INSERT INTO tracking ({COLUMNS}) VALUES (:id, 'place', 'k', :target, 'u', 'integrated', 'pc', "  # noqa: S608 - of our own
                    "'', :client, :agency, 'ACTIVE', 1, :created_at)"
                ),
                {"id": number, "target": str(number), "client": client, "agency": agency, "created_at": created_at},
            )


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)


def rows(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


LINKED = (
    "SELECT tracking.id, client.name, owner.name, agency.name FROM tracking "
    "LEFT JOIN client ON client.id = tracking.client_id LEFT JOIN agency AS owner ON owner.id = client.agency_id "
    "LEFT JOIN agency ON agency.id = tracking.agency_id ORDER BY tracking.id"
)


def test_every_name_becomes_one_row_and_every_tracking_is_linked(old_engine: Engine) -> None:
    store_trackings(old_engine)
    with capture_logs() as logs:
        assert upgrade_schema(old_engine).is_current
    assert rows(old_engine, LINKED) == [
        (1, "가나식당", "온누리", "온누리"),
        (2, "가나식당", "온누리", "온누리"),
        (3, "가나 식당", "온누리", "온누리"),
        (4, "가나식당", None, None),
        (5, "가나식당", "온 누리", "온 누리"),
        (6, None, None, "ABC"),
        (7, None, None, None),
    ]
    with SqlStore(old_engine).read() as tx:
        [named] = [client for client in tx.owners.clients() if (client.agency, client.name) == ("온누리", "가나식당")]
    assert named.created_at.isoformat() == "2026-01-01T00:00:00+00:00"
    [line] = [line for line in logs if line["event"] == "names_made_rows"]
    assert (line["agencies"], line["clients"]) == (3, 4)
    assert [sorted(group) for group in line["agencies_that_look_alike"]] == [["온 누리", "온누리"]]
    assert [sorted(group) for group in line["clients_that_look_alike"]] == [["가나 식당", "가나식당"]]


def test_what_was_stored_before_sells_25_days_without_rank_or_tags(old_engine: Engine) -> None:
    store_trackings(old_engine)
    upgrade_schema(old_engine)
    with SqlStore(old_engine).read() as tx:
        trackings = tx.trackings.list()
        assert tx.trackings.tags_of([tracking.id for tracking in trackings]) == {}
    assert {(tracking.session_days, tracking.target_rank) for tracking in trackings} == {(25, None)}


def test_a_database_without_trackings_says_nothing(old_engine: Engine) -> None:
    with capture_logs() as logs:
        upgrade_schema(old_engine)
    assert [line for line in logs if line["event"] == "names_made_rows"] == []


def test_going_back_leaves_the_trackings_as_they_were_and_forward_again_links_them_again(old_engine: Engine) -> None:
    store_trackings(old_engine)
    before = rows(old_engine, f"SELECT {COLUMNS} FROM tracking ORDER BY id")  # noqa: S608 - of our own
    upgrade_schema(old_engine)
    downgrade(old_engine)
    assert rows(old_engine, f"SELECT {COLUMNS} FROM tracking ORDER BY id") == before  # noqa: S608 - of our own
    names = set(inspect(old_engine).get_table_names())
    assert names.isdisjoint({"agency", "client", "tracking_tag"})
    columns = {column["name"] for column in inspect(old_engine).get_columns("tracking")}
    assert columns.isdisjoint({"agency_id", "client_id", "session_days", "target_rank"})
    assert upgrade_schema(old_engine).is_current
    assert len(rows(old_engine, "SELECT id FROM client")) == 4


def test_what_the_release_before_stores_during_a_deployment_is_linked_when_owners_are_listed(
    old_engine: Engine,
) -> None:
    upgrade_schema(old_engine)
    store_trackings(old_engine)
    assert {row[1:] for row in rows(old_engine, LINKED)} == {(None, None, None)}
    owners = ListOwners(SqlStore(old_engine))
    assert [agency.name for agency in owners.agencies()] == ["ABC", "온 누리", "온누리"]
    assert [(client.agency, client.name, client.trackings) for client in owners.clients()] == [
        ("", "가나식당", 1),
        ("온 누리", "가나식당", 1),
        ("온누리", "가나 식당", 1),
        ("온누리", "가나식당", 2),
    ]
    with SqlStore(old_engine).read() as tx:
        assert {tracking.session_days for tracking in tx.trackings.list()} == {25}


def test_foreign_keys_hold_on_both_databases(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with SqlStore(old_engine).begin() as tx:
        tx.trackings.add([place_tracking(client="가나", agency="온누리")], at=NIGHT)
    for statement in ("DELETE FROM client", "DELETE FROM agency", "UPDATE tracking SET client_id = 99"):
        with pytest.raises(Exception, match=r"(?i)foreign key"), old_engine.begin() as connection:
            connection.execute(text(statement))


MANY = 100_000
FILL = {
    "postgresql": "FROM generate_series(1, :many) AS series(n)",
    "sqlite": (
        "FROM (WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :many) "
        "SELECT n FROM series)"
    ),
}


def test_100000_trackings_of_2000_clients_cost_no_more_statements_than_none(old_engine: Engine) -> None:
    statement = (
        f"INSERT INTO tracking ({COLUMNS}) SELECT n, 'place', 'k', CAST(n AS VARCHAR(20)), 'u', 'integrated', "
        "'pc', '', 'client ' || (n - n / 2000 * 2000), 'agency ' || (n - n / 20 * 20), 'ACTIVE', 1, "
        "'2026-01-01 00:00:00' "
    )
    with old_engine.begin() as connection:
        connection.execute(text(statement + FILL[old_engine.dialect.name]), {"many": MANY})
    asked: list[str] = []
    event.listen(old_engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    upgrade_schema(old_engine)
    of_owners = [one for one in asked if "tracking" in one and "tracking_state" not in one]
    assert len([one for one in of_owners if one.startswith(("INSERT", "UPDATE"))]) == 3
    assert rows(old_engine, "SELECT count(*), count(client_id), count(agency_id) FROM tracking") == [(MANY,) * 3]
    of_clients = "SELECT count(*) AS trackings FROM tracking GROUP BY client_id"
    sums = f"SELECT count(*), min(trackings), max(trackings) FROM ({of_clients}) AS sums"  # noqa: S608 - of our own
    assert rows(old_engine, sums) == [(2000, 50, 50)]

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.circuit import Circuit, CircuitKey
from sunwi.domain.tracking import Device, Surface
from sunwi.sites.naver.site import Lane
from tests.examples import HOUR, NIGHT

#: As release n-1 writes them: a circuit that is open with a probe under way, and one that has closed.
FILL = (
    (
        "INSERT INTO circuit (surface, device, blocked_pages, opened_at, pauses, probe_at, probing_until, not_before, "
        'reason, closed_at) VALUES (\'integrated\', \'pc\', \'[["가", ""], ["나", "126.97,37.56"]]\', '
        "'2026-01-01 16:00:00', 2, '2026-01-01 17:00:00', '2026-01-01 17:01:00', NULL, 'blocked (captcha)', NULL)"
    ),
    (
        "INSERT INTO circuit (surface, device, blocked_pages, pauses, closed_at) VALUES ('place_list', 'mobile', '[]', "
        "0, '2026-01-01 15:00:00')"
    ),
)
#: What release n-1 does before it locks a circuit, and how it saves one.
INSERT = (
    "INSERT INTO circuit (surface, device, blocked_pages, pauses) VALUES (:surface, :device, '[]', 0) "
    "ON CONFLICT DO NOTHING"
)
LOCK = "SELECT pauses FROM circuit WHERE surface = :surface AND device = :device"
SAVE = "UPDATE circuit SET opened_at = :at, pauses = 1, reason = 'later' WHERE surface = :surface AND device = :device"
LIST = "SELECT surface, device FROM circuit WHERE opened_at IS NOT NULL ORDER BY opened_at, surface, device"


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of release n-1."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade("0012")
    with engine.begin() as connection:
        if request.param == "postgresql":
            connection.execute(text("SET TIME ZONE 'UTC'"))
        for statement in FILL:
            connection.execute(text(statement.replace(":", r"\:")))
    yield engine
    engine.dispose()


def circuits(engine: Engine) -> dict[CircuitKey, Circuit]:
    keys = [Lane(surface, device).circuit for surface in Surface for device in Device]
    with SqlStore(engine).read() as tx:
        return {key: tx.circuits.get(key) for key in keys}


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT surface, device, blocked_pages, opened_at, pauses, probe_at, probing_until, reason, closed_at "
                "FROM circuit WHERE opened_at IS NOT NULL OR closed_at IS NOT NULL ORDER BY surface"
            )
        )
        return [tuple(row) for row in found]


def columns_of(engine: Engine) -> list[tuple[str, str, bool]]:
    columns = inspect(engine).get_columns("circuit")
    return [(column["name"], str(column["type"]), column["nullable"]) for column in columns]


OPEN = Circuit(
    key=CircuitKey("naver", "integrated-pc"),
    blocked_pages=(("가", ""), ("나", "126.97,37.56")),
    opened_at=NIGHT,
    pauses=2,
    probe_at=NIGHT + HOUR,
    probing_until=NIGHT + HOUR * 61 / 60,
    reason="blocked (captcha)",
)


def test_circuits_are_found_under_their_lanes_as_they_stood(old_engine: Engine) -> None:
    assert upgrade_schema(old_engine).is_current
    found = circuits(old_engine)
    closed = Lane(Surface.PLACE_LIST, Device.MOBILE).circuit
    assert found.pop(OPEN.key) == OPEN
    assert found.pop(closed) == Circuit(key=closed, closed_at=NIGHT - HOUR)
    assert list(found.values()) == [Circuit(key=key) for key in found]


@pytest.mark.parametrize(("surface", "device"), [(surface, device) for surface in Surface for device in Device])
def test_what_a_crawler_of_release_n_1_writes_after_the_migration_is_what_this_release_reads(
    old_engine: Engine, surface: Surface, device: Device
) -> None:
    upgrade_schema(old_engine)
    names = {"surface": surface.value, "device": device.value}
    with old_engine.begin() as connection:
        connection.execute(text(INSERT), names)
        assert len(connection.execute(text(LOCK), names).all()) == 1
        connection.execute(text(SAVE), {**names, "at": "2026-01-01 16:30:00+00:00"})
    key = Lane(surface, device).circuit
    with SqlStore(old_engine).read() as tx:
        circuit = tx.circuits.get(key)
    assert (circuit.opened_at, circuit.pauses, circuit.reason) == (NIGHT + HOUR / 2, 1, "later")


def test_release_n_1_reads_what_this_release_writes(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    key = Lane(Surface.BLOG_TAB, Device.PC).circuit
    with SqlStore(old_engine).begin() as tx:
        tx.circuits.save(replace(tx.circuits.lock(key), opened_at=NIGHT + HOUR, pauses=1))
    with old_engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(text(LIST))] == [("integrated", "pc"), ("blog_tab", "pc")]


def test_going_back_and_forth_loses_no_circuit_of_naver(old_engine: Engine) -> None:
    before, columns = rows(old_engine), columns_of(old_engine)
    upgrade_schema(old_engine)
    elsewhere = CircuitKey("elsewhere", "api.example.co.kr")
    with SqlStore(old_engine).begin() as tx:
        tx.circuits.save(replace(tx.circuits.lock(elsewhere), opened_at=NIGHT))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with old_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0012")
    assert rows(old_engine) == before
    assert columns_of(old_engine) == columns
    key = inspect(old_engine).get_pk_constraint("circuit")
    assert (key["constrained_columns"], key["name"]) == (["surface", "device"], "pk_circuit")
    upgrade_schema(old_engine)
    assert circuits(old_engine)[OPEN.key] == OPEN

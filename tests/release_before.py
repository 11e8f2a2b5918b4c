"""The release before this one, as it was frozen: what it sent and stored, and all of its code.

`tests/freeze_release.py` freezes the next one.
"""

import json
import tarfile
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, Table, text

#: The commit that it is, and the folder of what it wrote.
NAME = "dc3fa6d"
FOLDER = Path(__file__).parent / "fixtures" / "releases" / NAME

#: What its state machine writes in place of these.
SCHEDULED = "scheduled-20260102"
_FILLED = {
    "{% $states.context.Execution.Input.run_id %}": SCHEDULED,
    "{% $states.input.canary_number %}": 1,
    "{% $canary_failed %}": False,
    "{% $error & ': ' & $cause %}": "States.Timeout: no cause given",
}


def unpack(folder: Path) -> Path:
    """Unpack its functions, migrations, state machine and template, and return the folder."""
    with tarfile.open(FOLDER / "release.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@cache
def payloads() -> Mapping[str, Any]:
    """Return its messages, execution inputs and a scheduled event, as they were sent."""
    return dict(json.loads((FOLDER / "payloads.json").read_text(encoding="utf-8")))


@cache
def definition() -> Mapping[str, Any]:
    """Return its state machine: what is running when a release is deployed goes on by it."""
    with tarfile.open(FOLDER / "release.tar.xz") as archive:
        found = archive.extractfile("infra/statemachine/run.asl.json")
        assert found is not None
        return dict(json.loads(found.read()))


def step(state: str) -> dict[str, Any]:
    """Return what its state machine calls a function with in one of its states."""
    payload: dict[str, Any] = definition()["States"][state]["Arguments"]["Payload"]
    return {name: _FILLED.get(value, value) if isinstance(value, str) else value for name, value in payload.items()}


@cache
def frozen() -> Mapping[str, Any]:
    """Return its schema's revision, and every row by table."""
    return dict(json.loads((FOLDER / "rows.json").read_text(encoding="utf-8")))


def store_rows(engine: Engine) -> None:
    """Store its rows in a database of its schema, which must be empty."""
    metadata = MetaData()
    with engine.begin() as connection:
        for name, rows in frozen()["tables"].items():
            table = Table(name, metadata, autoload_with=connection)
            for row in rows:
                connection.execute(table.insert().values({key: _value(value, engine) for key, value in row.items()}))
            if rows and "id" in table.c and engine.dialect.name == "postgresql" and isinstance(rows[0]["id"], int):
                last = max(row["id"] for row in rows)
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :id)"), {"name": name, "id": last}
                )


def read_rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table by its key, with the columns that the release before had."""
    with engine.connect() as connection:
        found = Table(table, MetaData(), autoload_with=connection)
        columns = list(frozen()["tables"][table][0])
        query = found.select().order_by(*found.primary_key.columns)
        return [{name: row[name] for name in columns} for row in connection.execute(query).mappings()]


def stored(table: str, engine: Engine) -> list[dict[str, Any]]:
    """Return the frozen rows of a table as the database returns them."""
    return [{key: _value(value, engine) for key, value in row.items()} for row in frozen()["tables"][table]]


def _value(value: Any, engine: Engine) -> Any:
    if isinstance(value, dict) and "$at" in value:
        at = datetime.fromisoformat(value["$at"])
        return at.replace(tzinfo=None) if engine.dialect.name == "sqlite" else at
    return date.fromisoformat(value["$day"]) if isinstance(value, dict) and "$day" in value else value

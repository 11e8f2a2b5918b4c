"""A row as one line of JSON and back, letter by letter: JSON columns as the text that they are stored as."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy import table as raw_table
from sqlalchemy.dialects import postgresql, sqlite

from sunwi.adapters.sql.tables import UtcDateTime
from sunwi.domain.archive import Key


def columns_as_text(table: Table) -> Sequence[ColumnElement[Any]]:
    """Return what to select of a table for its lines."""
    return [cast(one, Text).label(one.name) if isinstance(one.type, JSON) else one for one in table.columns]


def line_of(table: Table, row: Row[Any]) -> str:
    """Write a row of `columns_as_text` as a line, its columns in the order of the table."""
    values = {one.name: _plain(value) for one, value in zip(table.columns, row, strict=True)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def values_of(table: Table, line: str) -> dict[str, Any]:
    """Read a line's values by column, JSON as text; columns that the table does not have any more are left out.

    Of a line that is older than a column of the table, that column is missing.
    """
    found: Mapping[str, Any] = json.loads(line)
    return {one.name: _typed(one, found[one.name]) for one in table.columns if one.name in found}


def key_of(key: Sequence[Column[Any]], values: Mapping[str, Any]) -> Key:
    """Return the values of a key's columns."""
    return tuple(values[one.name] for one in key)


def is_one_of(key: Sequence[Column[Any]], keys: Sequence[Key]) -> ColumnElement[bool]:
    """Select rows by the values of a key's columns.

    The first column stands by itself, since no database looks a list of several up by an index.
    """
    first = key[0].in_(list(dict.fromkeys(one[0] for one in keys)))
    return first if len(key) == 1 else and_(first, tuple_(*key).in_(keys))


def insert_lines(connection: Connection, table: Table, lines: Sequence[str]) -> int:
    """Insert rows as lines say, unless there is one of their key, by one statement.

    PostgreSQL reads them out of one JSON array: a parameter for each value would be more than it takes. SQLite takes
    JSON for what it is, a text.

    Returns:
        The number of rows that were inserted.
    """
    rows = [values_of(table, line) for line in lines]
    if not rows:
        return 0
    chosen = [one for one in table.columns if one.name in rows[0]]
    if connection.dialect.name == "sqlite":
        raw = raw_table(table.name, *(column(one.name, _stored_type(one)) for one in chosen))
        return connection.execute(sqlite.insert(raw).on_conflict_do_nothing(), rows).rowcount
    found = _recordset(chosen, json.dumps([_as_json(row) for row in rows]))
    selected = select(
        *(cast(found.c[one.name], JSON) if isinstance(one.type, JSON) else found.c[one.name] for one in chosen)
    )
    insert = postgresql.insert(table).from_select([one.name for one in chosen], selected)
    return connection.execute(insert.on_conflict_do_nothing()).rowcount


def _recordset(columns: Iterable[Column[Any]], rows: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    named = [column(one.name, _stored_type(one)) for one in columns]
    array = func.json_to_recordset(cast(literal(rows), JSON))
    return array.table_valued(*named, name="line").render_derived(with_types=True)


def _stored_type(one: Column[Any]) -> Any:  # noqa: ANN401 - a type of SQLAlchemy's
    return Text() if isinstance(one.type, JSON) else one.type


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(one: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None or isinstance(one.type, JSON):
        return value
    if isinstance(one.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if one.type.python_type is date else value


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}

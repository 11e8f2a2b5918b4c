"""Rows that a statement joins with, handed over as one parameter however many they are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, Connection, FromClause, cast, column, func, literal, select, type_coerce
from sqlalchemy.types import TypeEngine

#: Name and type of each column of given rows.
GivenColumns = Mapping[str, TypeEngine[Any]]


def given_rows(connection: Connection, columns: GivenColumns, rows: Iterable[Sequence[object]]) -> FromClause:
    """Return something to select from and to join with.

    Args:
        connection: Whose dialect is spoken.
        columns: Name and type of each: numbers, dates or text.
        rows: Values in the order of the columns.
    """
    array = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=date.isoformat)
    if connection.dialect.name == "postgresql":
        typed = [column(name, kind) for name, kind in columns.items()]
        recordset = func.json_to_recordset(cast(literal(array), JSON)).table_valued(*typed, name="given")
        return recordset.render_derived(with_types=True)
    each = func.json_each(literal(array)).table_valued("value", name="each")
    values = (
        type_coerce(func.json_extract(each.c.value, f"$.{name}"), kind).label(name) for name, kind in columns.items()
    )
    return select(*values).select_from(each).subquery("given")

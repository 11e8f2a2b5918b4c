"""Rows that name people, in SQL."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, Table, delete, func, select, tuple_, union_all, update
from typing_extensions import override

from sunwi.adapters.sql.archive.row_lines import columns_as_text, is_one_of, key_of, line_of, values_of
from sunwi.adapters.sql.personal.personal_tables import PERSONAL
from sunwi.adapters.sql.tables import Base
from sunwi.domain.archive import Key
from sunwi.domain.personal_data import PersonalColumns, erased, names_of
from sunwi.service.ports.kept.personal_data import PersonalData, PersonalPage


@dataclass(frozen=True, slots=True)
class SqlPersonalData(PersonalData):
    """The tables of the registry."""

    connection: Connection

    @override
    def tables(self) -> Mapping[str, PersonalColumns]:
        return PERSONAL

    @override
    def page(self, table: str, person: str, *, after: Key | None, limit: int) -> PersonalPage:
        found = _table(table)
        key = tuple(found.primary_key.columns)
        statement = select(*columns_as_text(found)).where(_may_name(found, PERSONAL[table], person))
        if after is not None:
            statement = statement.where(tuple_(*key) > tuple_(*after) if len(key) > 1 else key[0] > after[0])
        rows = self.connection.execute(statement.order_by(*key).limit(limit)).all()
        lines = [line_of(found, row) for row in rows]
        last = key_of(key, values_of(found, lines[-1])) if len(lines) == limit else None
        return PersonalPage(lines, last)

    @override
    def change(self, table: str, lines: Sequence[str], person: str, *, pseudonym: str) -> int:
        found, columns = _table(table), PERSONAL[table]
        named = [values for values in (values_of(found, line) for line in lines) if names_of(values, columns, person)]
        if not named:
            return 0
        key = tuple(found.primary_key.columns)
        if columns.is_deleted:
            self.connection.execute(delete(found).where(is_one_of(key, [key_of(key, values) for values in named])))
            return len(named)
        for changes, keys in _by_changes(key, named, columns, person, pseudonym):
            stored = {name: _stored(found.c[name], value) for name, value in changes.items()}
            self.connection.execute(update(found).where(is_one_of(key, keys)).values(**stored))
        return len(named)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _may_name(table: Table, columns: PersonalColumns, person: str) -> ColumnElement[bool]:
    """Select by what an index or SQL itself tells; documents have to be looked into.

    Not by OR: SQLite would rather read the whole table in the order of its key.
    """
    key = tuple(table.primary_key.columns)
    ways = (
        *(table.c[name] == person for name in columns.owners),
        *(func.lower(table.c[name]) == person.lower() for name in columns.addresses),
        *(table.c[name].is_not(None) for name in columns.documents),
    )
    found = union_all(*(select(*key).where(way) for way in ways))
    return key[0].in_(found) if len(key) == 1 else tuple_(*key).in_(found)


def _by_changes(
    key: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
    columns: PersonalColumns,
    person: str,
    pseudonym: str,
) -> list[tuple[dict[str, Any], list[Key]]]:
    """Group the keys of rows by what is to be set in them: mostly all alike, which is one statement."""
    groups: dict[str, tuple[dict[str, Any], list[Key]]] = {}
    for values in rows:
        changes = erased(values, columns, person, pseudonym=pseudonym)
        groups.setdefault(repr(changes), (changes, []))[1].append(key_of(key, values))
    return list(groups.values())


def _stored(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Return what to set a column to; JSON is text here."""
    return value if value is None or not isinstance(column.type, JSON) else json.loads(value)

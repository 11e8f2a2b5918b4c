"""Rows on their way out of the database and back, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    String,
    Text,
    cast,
    column,
    delete,
    or_,
    select,
    tuple_,
    update,
    values,
)
from typing_extensions import override

from sunwi.adapters.sql.archive.archived_tables import ARCHIVED, ArchivedTable, archived_table
from sunwi.adapters.sql.archive.row_lines import (
    columns_as_text,
    insert_lines,
    is_one_of,
    key_of,
    line_of,
    values_of,
)
from sunwi.adapters.sql.tables import PageReadingRow
from sunwi.domain.archive import Key, Position
from sunwi.service.ports.kept.archive import Archive, RestoredRows, SeenRow, StoredContent, TableOfArchive

_CONTENT = cast(PageReadingRow.content, Text)


@dataclass(frozen=True, slots=True)
class SqlArchive(Archive):
    """The tables of the registry."""

    connection: Connection

    @override
    def tables(self) -> Sequence[TableOfArchive]:
        return [one.as_port() for one in ARCHIVED]

    @override
    def look(self, table: str, *, after: Position, before: datetime, limit: int) -> Sequence[SeenRow]:
        archived = archived_table(table)
        may_go = archived.may_go(self.connection.dialect.name).label("is_free")
        statement = select(archived.at.label("at"), may_go, *archived.key)
        if archived.dated_by is not None:
            # Begun with the table that has the date, since that is the order.
            statement = statement.select_from(archived.dated_by).join(archived.table)
        statement = (
            statement.where(*_is_behind(archived, after), archived.at < before)
            .order_by(archived.at, *archived.key)
            .limit(limit)
        )
        return [SeenRow(at, tuple(key), bool(is_free)) for at, is_free, *key in self.connection.execute(statement)]

    @override
    def lines(self, table: str, keys: Sequence[Key]) -> Mapping[Key, str]:
        return self._read(archived_table(table), keys) if keys else {}

    @override
    def delete(self, table: str, lines: Sequence[str]) -> Sequence[str]:
        archived = archived_table(table)
        by_key = {key_of(archived.key, values_of(archived.table, line)): line for line in lines}
        if not by_key:
            return []
        found = self._read(archived, list(by_key), locks=True)
        same = [key for key, line in found.items() if line == by_key[key]]
        gone: set[Key] = set()
        if same:
            is_same = is_one_of(archived.key, same)
            may_go = archived.may_go(self.connection.dialect.name)
            statement = delete(archived.table).where(is_same, may_go).returning(*archived.key)
            gone = {tuple(row) for row in self.connection.execute(statement)}
        return [line for key, line in by_key.items() if key in found and key not in gone]

    @override
    def restore(self, table: str, lines: Sequence[str]) -> RestoredRows:
        archived = archived_table(table)
        by_key = {key_of(archived.key, values_of(archived.table, line)): line for line in lines}
        if not by_key:
            return RestoredRows(0, 0, 0)
        added = insert_lines(self.connection, archived.table, list(by_key.values()))
        found = self._read(archived, list(by_key))
        same = sum(found.get(key) == line for key, line in by_key.items())
        return RestoredRows(added, same - added, len(by_key) - same)

    @override
    def contents(self, reading_ids: Sequence[int]) -> Mapping[int, str]:
        if not reading_ids:
            return {}
        has_one = (PageReadingRow.id.in_(reading_ids), PageReadingRow.content.is_not(None))
        statement = select(PageReadingRow.id, _CONTENT.label("text")).where(*has_one)
        return {row.id: row.text for row in self.connection.execute(statement)}

    @override
    def drop_contents(self, sha256: Mapping[int, str]) -> None:
        if not sha256:
            return
        columns = column("id", BigInteger), column("sha256", String)
        moved = values(*columns, name="given").data(list(sha256.items())).cte("moved")
        statement = (
            update(PageReadingRow)
            .where(PageReadingRow.id == moved.c.id, PageReadingRow.content.is_not(None))
            .values(content=None, content_sha256=moved.c.sha256)
        )
        self.connection.execute(statement)

    @override
    def stored_content(self, reading_id: int) -> StoredContent | None:
        statement = select(_CONTENT, PageReadingRow.content_sha256).where(PageReadingRow.id == reading_id)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else StoredContent(*row)

    def _read(self, archived: ArchivedTable, keys: Sequence[Key], *, locks: bool = False) -> dict[Key, str]:
        statement = select(*columns_as_text(archived.table)).where(is_one_of(archived.key, keys))
        if locks:
            statement = statement.with_for_update()
        places = [list(archived.table.columns).index(one) for one in archived.key]
        rows = self.connection.execute(statement)
        return {tuple(row[place] for place in places): line_of(archived.table, row) for row in rows}


def _is_behind(archived: ArchivedTable, after: Position) -> Sequence[ColumnElement[bool]]:
    """Select what follows a position; the date stands by itself, so that its index is entered there."""
    if not after.key:
        return [archived.at >= after.at]
    key = archived.key[0] > after.key[0] if len(after.key) == 1 else tuple_(*archived.key) > tuple_(*after.key)
    return [archived.at >= after.at, or_(archived.at > after.at, key)]

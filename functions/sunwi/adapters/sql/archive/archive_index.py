"""What the database knows of the archive, in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, text, update
from typing_extensions import override

from sunwi.adapters.sql.tables import ArchiveMarkRow, ArchivePartRow
from sunwi.adapters.sql.tables.archive import UNSETTLED
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.archive import ArchivePart, PartFile
from sunwi.service.ports.kept.archive import ArchiveIndex

_COLUMNS = tuple(ArchivePartRow.__table__.columns)
_OF_FILE = tuple(field.name for field in fields(PartFile))
_OF_PART = ("month", "created_at", "emptied_at", "restored_at", "stale_key")
_KEY = (ArchivePartRow.table_name, ArchivePartRow.month, ArchivePartRow.number)
#: The row that says who has the archive.
_LEASE = "lease"
#: Until then has it whoever has given it back.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SqlArchiveIndex(ArchiveIndex):
    """Parts, marks, and the lease."""

    connection: Connection

    @override
    def parts(self, *, table: str | None = None, month: str | None = None) -> Sequence[ArchivePart]:
        wanted = [] if table is None else [ArchivePartRow.table_name == table]
        wanted += [] if month is None else [ArchivePartRow.month == month]
        statement = select(*_COLUMNS).where(*wanted).order_by(*_KEY)
        return [_part_from_row(row) for row in self.connection.execute(statement)]

    @override
    def unsettled(self) -> Sequence[ArchivePart]:
        statement = select(*_COLUMNS).where(text(f"({UNSETTLED})")).order_by(*_KEY)
        return [_part_from_row(row) for row in self.connection.execute(statement)]

    @override
    def add(self, part: ArchivePart) -> None:
        self.connection.execute(insert(ArchivePartRow).values(table_name=part.table, **_values(part)))

    @override
    def save(self, part: ArchivePart) -> None:
        self.connection.execute(update(ArchivePartRow).where(*_is_part(part)).values(**_values(part)))

    @override
    def remove(self, part: ArchivePart) -> None:
        self.connection.execute(delete(ArchivePartRow).where(*_is_part(part)))

    @override
    def mark(self, step: str) -> datetime | None:
        statement = select(ArchiveMarkRow.until).where(ArchiveMarkRow.step == step)
        return self.connection.execute(statement).scalar_one_or_none()

    @override
    def set_mark(self, step: str, until: datetime) -> None:
        new = insert_unless_there(self.connection, ArchiveMarkRow).values(step=step, until=until)
        if self.connection.execute(new).rowcount == 0:
            self.connection.execute(update(ArchiveMarkRow).where(ArchiveMarkRow.step == step).values(until=until))

    @override
    def take_lease(self, holder: str, *, now: datetime, until: datetime) -> bool:
        is_mine = or_(ArchiveMarkRow.holder == holder, ArchiveMarkRow.until <= now)
        statement = update(ArchiveMarkRow).where(ArchiveMarkRow.step == _LEASE, is_mine)
        return self.connection.execute(statement.values(holder=holder, until=until)).rowcount == 1

    @override
    def drop_lease(self, holder: str) -> None:
        is_mine = (ArchiveMarkRow.step == _LEASE, ArchiveMarkRow.holder == holder)
        statement = update(ArchiveMarkRow).where(*is_mine)
        self.connection.execute(statement.values(holder=None, until=_LONG_AGO))


def _is_part(part: ArchivePart) -> tuple[ColumnElement[bool], ...]:
    return (
        ArchivePartRow.table_name == part.table,
        ArchivePartRow.month == part.month,
        ArchivePartRow.number == part.number,
    )


def _values(part: ArchivePart) -> dict[str, Any]:
    return {**asdict(part.file), **{name: getattr(part, name) for name in _OF_PART}}


def _part_from_row(row: Row[Any]) -> ArchivePart:
    file = PartFile(**{name: getattr(row, name) for name in _OF_FILE})
    return ArchivePart(table=row.table_name, file=file, **{name: getattr(row, name) for name in _OF_PART})

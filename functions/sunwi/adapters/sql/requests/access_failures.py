"""Counts of those who could not come in, in SQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.tables import AccessFailureRow
from sunwi.domain.access_failure import AccessKind
from sunwi.service.ports.kept.requests import AccessFailures

_KEY = (AccessFailureRow.kind, AccessFailureRow.subject, AccessFailureRow.window_at)


@dataclass(frozen=True, slots=True)
class SqlAccessFailures(AccessFailures):
    """The stored counts."""

    connection: Connection

    @override
    def count(self, kind: AccessKind, subject: str, *, window: datetime) -> int:
        insert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        new = insert(AccessFailureRow).values(kind=kind.value, subject=subject, window_at=window, failures=1)
        added = {"failures": AccessFailureRow.failures + 1}
        statement = new.on_conflict_do_update(index_elements=_KEY, set_=added).returning(AccessFailureRow.failures)
        return self.connection.execute(statement).scalar_one()

    @override
    def delete_old(self, before: datetime, limit: int) -> int:
        old = select(*_KEY).where(AccessFailureRow.window_at < before).order_by(AccessFailureRow.window_at).limit(limit)
        return self.connection.execute(delete(AccessFailureRow).where(tuple_(*_KEY).in_(old))).rowcount

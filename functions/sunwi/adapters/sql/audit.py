"""Who did what, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select
from typing_extensions import override

from sunwi.adapters.sql.tables import AuditRow
from sunwi.domain.audit import AuditEntry
from sunwi.service.ports.kept.audit import Audit

_COLUMNS = tuple(column for column in AuditRow.__table__.columns if column.name != "id")


@dataclass(frozen=True, slots=True)
class SqlAudit(Audit):
    """The stored entries."""

    connection: Connection

    @override
    def add(self, entry: AuditEntry) -> None:
        values = {
            "at": entry.at,
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "before": None if entry.before is None else dict(entry.before),
            "after": None if entry.after is None else dict(entry.after),
        }
        self.connection.execute(insert(AuditRow).values(**values))

    @override
    def latest(self, limit: int) -> Sequence[AuditEntry]:
        statement = select(*_COLUMNS).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit)
        return [AuditEntry(**row._asdict()) for row in self.connection.execute(statement)]

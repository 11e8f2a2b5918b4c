"""Who did what, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select
from typing_extensions import override

from sunwi.adapters.sql.tables import AuditRow
from sunwi.domain.account_list import AuditPage, AuditQuery, NumberedEntry
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

    @override
    def page(self, query: AuditQuery) -> AuditPage:
        statement = select(AuditRow.id.label("number"), *_COLUMNS).order_by(AuditRow.id.desc()).limit(query.limit + 1)
        wanted = {AuditRow.actor: query.actor, AuditRow.action: query.action, AuditRow.subject: query.subject}
        statement = statement.where(*(column == value for column, value in wanted.items() if value is not None))
        if query.after is not None:
            statement = statement.where(AuditRow.id < query.after)
        found = [_numbered(row._asdict()) for row in self.connection.execute(statement)]
        shown = found[: query.limit]
        return AuditPage(shown, shown[-1].id if len(found) > query.limit else None)


def _numbered(values: dict[str, Any]) -> NumberedEntry:
    return NumberedEntry(values.pop("number"), AuditEntry(**values))

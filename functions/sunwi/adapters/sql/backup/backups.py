"""What became of backups, verifications and restores, in SQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.jobs.job_rows import JOB_COLUMNS, is_in, job_from_row
from sunwi.adapters.sql.tables import BackupRow, JobRow
from sunwi.domain.backup import BACKUP, MONTHLY, PREFIX, Backend, BackupFacts, BackupRecord, BackupState, BackupWarning
from sunwi.domain.job import RETRYABLE, Job, JobState
from sunwi.service.ports.kept.backups import Backups

_COLUMNS = tuple(BackupRow.__table__.columns)
_NAMES = tuple(column.name for column in _COLUMNS)
#: Newest first.
_ORDER = (BackupRow.ended_at.desc(), BackupRow.job_id.desc())
_OF_FACTS = (
    "database",
    "environment",
    "taken_at",
    "size_bytes",
    "sha256",
    "seconds",
    "server_major",
    "schema_revision",
)


@dataclass(frozen=True, slots=True)
class SqlBackups(Backups):
    """Stored ends."""

    connection: Connection

    @override
    def record(self, record: BackupRecord) -> None:
        insert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        new = insert(BackupRow)
        again = {name: new.excluded[name] for name in _NAMES if name != "job_id"}
        statement = new.on_conflict_do_update(index_elements=[BackupRow.job_id], set_=again)
        self.connection.execute(statement, _values(record))

    @override
    def latest(self, backend: Backend, database: str) -> BackupRecord | None:
        condition = (
            BackupRow.state == BackupState.GOOD.value,
            BackupRow.backend == backend.value,
            BackupRow.database == database,
        )
        return self._one(_select().where(*condition))

    @override
    def has_monthly(self, backend: Backend, database: str, *, since: datetime) -> bool:
        condition = (
            BackupRow.state == BackupState.GOOD.value,
            BackupRow.backend == backend.value,
            BackupRow.database == database,
            BackupRow.taken_at >= since,
            BackupRow.key.startswith(f"{PREFIX}{MONTHLY}/", autoescape=True),
        )
        return self._one(_select().where(*condition)) is not None

    @override
    def list(self, limit: int) -> Sequence[BackupRecord]:
        return [_record(row) for row in self.connection.execute(_select().limit(limit))]

    @override
    def find(self, key: str) -> BackupRecord | None:
        return self._one(_select().where(BackupRow.key == key))

    @override
    def set_state(self, key: str, state: BackupState, *, at: datetime) -> None:
        values: dict[str, Any] = {"state": state.value}
        if state is BackupState.GOOD:
            values["checked_at"] = at
        statement = update(BackupRow).where(BackupRow.key == key, BackupRow.work == BACKUP)
        self.connection.execute(statement.values(values))

    @override
    def unrecorded_failures(self, works: Collection[str], *, since: datetime, limit: int) -> Sequence[Job]:
        is_recorded = BackupRow.ended_at == JobRow.finished_at
        is_failure = or_(is_in(*RETRYABLE), and_(is_in(JobState.CANCELLED), JobRow.work == BACKUP))
        statement = (
            select(*JOB_COLUMNS)
            .outerjoin(BackupRow, BackupRow.job_id == JobRow.id)
            .where(is_failure, JobRow.finished_at >= since, JobRow.work.in_(sorted(works)))
            .where(or_(BackupRow.job_id.is_(None), ~is_recorded))
            .order_by(JobRow.finished_at, JobRow.id)
            .limit(limit)
        )
        return [job_from_row(row) for row in self.connection.execute(statement)]

    def _one(self, statement: Select[Any]) -> BackupRecord | None:
        row = self.connection.execute(statement.limit(1)).one_or_none()
        return None if row is None else _record(row)


def _select() -> Select[Any]:
    """Select backups, newest first; not their restores and verifications."""
    return select(*_COLUMNS).where(BackupRow.work == BACKUP).order_by(*_ORDER)


def _values(record: BackupRecord) -> dict[str, Any]:
    facts = record.facts
    of_facts: dict[str, Any] = dict.fromkeys((*_OF_FACTS, "backend", "counts"))
    if facts is not None:
        of_facts = {name: getattr(facts, name) for name in _OF_FACTS}
        of_facts |= {"backend": facts.backend.value, "counts": dict(facts.counts)}
    return {
        **of_facts,
        "job_id": record.job_id,
        "work": record.work,
        "state": record.state.value,
        "ended_at": record.ended_at,
        "key": record.key,
        "into_database": record.into,
        "warnings": [warning.value for warning in record.warnings],
        "checked_at": record.checked_at,
        "failure_code": record.failure_code,
    }


def _record(row: Row[Any]) -> BackupRecord:
    facts = None
    if row.sha256 is not None:
        own = {name: getattr(row, name) for name in _OF_FACTS}
        facts = BackupFacts(**own, key=row.key, backend=Backend(row.backend), counts=row.counts or {})
    return BackupRecord(
        job_id=row.job_id,
        work=row.work,
        state=BackupState(row.state),
        ended_at=row.ended_at,
        key=row.key,
        facts=facts,
        into=row.into_database,
        warnings=tuple(BackupWarning(warning) for warning in row.warnings),
        checked_at=row.checked_at,
        failure_code=row.failure_code,
    )

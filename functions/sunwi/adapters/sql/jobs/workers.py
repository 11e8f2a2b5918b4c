"""Environments that run jobs, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.tables import WorkerRow
from sunwi.domain.job import JobKey
from sunwi.domain.worker_pool import Worker
from sunwi.service.ports.jobs import Workers

_COLUMNS = tuple(WorkerRow.__table__.columns)
_NAMES = tuple(column.name for column in _COLUMNS)
#: What stays as it was first written.
_FIXED = {"id", "since"}


@dataclass(frozen=True, slots=True)
class SqlWorkers(Workers):
    """Stored workers."""

    connection: Connection

    @override
    def of_attempt(self, key: JobKey) -> Worker | None:
        has_it = (WorkerRow.job_id == key.job_id, WorkerRow.generation == key.generation)
        statement = select(*_COLUMNS).where(*has_it).order_by(WorkerRow.seen_at.desc()).limit(1)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else Worker(**row._asdict())

    @override
    def list_all(self) -> Sequence[Worker]:
        statement = select(*_COLUMNS).order_by(WorkerRow.seen_at.desc(), WorkerRow.id)
        return [Worker(**row._asdict()) for row in self.connection.execute(statement)]

    @override
    def delete_silent(self, before: datetime, limit: int) -> int:
        silent = select(WorkerRow.id).where(WorkerRow.seen_at < before).limit(limit)
        return self.connection.execute(delete(WorkerRow).where(WorkerRow.id.in_(silent))).rowcount


def upsert_worker(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    """Return what writes a worker's `worker_values`, or writes them anew: since when it is known stays."""
    return _UPSERTS[connection.dialect.name]


def worker_values(worker: Worker) -> dict[str, Any]:
    """Return the values of a worker's row."""
    return {name: getattr(worker, name) for name in _NAMES}


def _upsert(new: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    renewed = {name: new.excluded[name] for name in _NAMES if name not in _FIXED}
    return new.on_conflict_do_update(index_elements=[WorkerRow.id], set_=renewed)


_UPSERTS = {"sqlite": _upsert(sqlite.insert(WorkerRow)), "postgresql": _upsert(postgresql.insert(WorkerRow))}

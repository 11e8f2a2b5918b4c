"""Environments that run jobs, in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.tables import WorkerRow
from sunwi.domain.job import JobKey
from sunwi.domain.worker_pool import Worker
from sunwi.service.ports.jobs import Workers

_COLUMNS = tuple(WorkerRow.__table__.columns)
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
    def delete_silent(self, before: datetime) -> int:
        return self.connection.execute(delete(WorkerRow).where(WorkerRow.seen_at < before)).rowcount


def upsert_worker(connection: Connection, worker: Worker) -> postgresql.Insert | sqlite.Insert:
    """Write a worker's row, or write it anew: since when it is known stays."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = asdict(worker)
    renewed = {name: value for name, value in values.items() if name not in _FIXED}
    new: postgresql.Insert | sqlite.Insert = dialect.insert(WorkerRow).values(**values)
    return new.on_conflict_do_update(index_elements=[WorkerRow.id], set_=renewed)

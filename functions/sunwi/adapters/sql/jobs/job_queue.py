"""The line of jobs that wait, and the pool that they wait for, in SQL.

Source: docs/adr/0051-jobs-on-step-functions.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    Select,
    bindparam,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from typing_extensions import override

from sunwi.adapters.sql.jobs.job_ends import expire_waiting
from sunwi.adapters.sql.jobs.job_rows import JOB_COLUMNS, is_in, job_from_row
from sunwi.adapters.sql.pace import IS_NIGHT
from sunwi.adapters.sql.tables import JobAttemptRow, JobRow, PoolChangeRow, WorkerPoolRow
from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job import BUSY, Job, JobKey, JobState
from sunwi.domain.job_admission import AdmissibleJob, AdmittedJob, JobLine, PassedOver
from sunwi.domain.job_end import ExpiredJobs
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused, PoolChange, WorkerPool
from sunwi.service.ports.jobs import JobQueue

#: How long whoever wants the pool waits for whoever has it.
POOL_LOCK_SECONDS = 5

_POOL = tuple(column for column in WorkerPoolRow.__table__.columns if column.name != "id")
_CHANGE = tuple(column for column in PoolChangeRow.__table__.columns if column.name != "id")
#: Of admission; the index `ix_job_waiting` has it, too.
_ORDER = (JobRow.priority.desc(), JobRow.ready_since, JobRow.position, JobRow.id)
_NOW = bindparam("now", type_=JobRow.not_before.type)
#: Reason of a change by which somebody paused the pool.
_PAUSED = "paused"
#: Of two ticks that are closer together, the later one is not stored.
_TICKS_APART = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SqlJobQueue(JobQueue):
    """Jobs that wait or are admitted, and the one row of the pool."""

    connection: Connection

    @override
    def lock_pool(self) -> WorkerPool:
        return _pool_from_row(self._lock(_LOCKED_POOL, {}).one())

    @override
    def lock_pool_if_any_waits(self, now: datetime) -> WorkerPool | None:
        row = self._lock(_LOCKED_POOL_IF_ANY_WAITS, {"now": now}).one_or_none()
        return None if row is None else _pool_from_row(row)

    @override
    def pool(self) -> WorkerPool:
        return _pool_from_row(self.connection.execute(select(*_POOL)).one())

    @override
    def save_pool(self, pool: WorkerPool, *, before: WorkerPool) -> None:
        values = {
            "workers": pool.workers,
            "least": pool.least,
            "most": pool.most,
            "paused": pool.paused.value,
            "changed_at": pool.changed_at,
            "reason": pool.reason,
            "changed_by": pool.changed_by,
        }
        self.connection.execute(update(WorkerPoolRow).values(**values))
        self.connection.execute(
            insert(PoolChangeRow).values(
                at=pool.changed_at,
                before=before.workers,
                after=pool.workers,
                paused=pool.paused.value,
                reason=pool.reason,
                changed_by=pool.changed_by,
            )
        )

    @override
    def pool_changes(self, limit: int) -> Sequence[PoolChange]:
        statement = select(*_CHANGE).order_by(PoolChangeRow.at.desc(), PoolChangeRow.id.desc()).limit(limit)
        rows = self.connection.execute(statement)
        return [PoolChange(**{**row._asdict(), "paused": Paused(row.paused)}) for row in rows]

    @override
    def paused_at(self) -> datetime | None:
        statement = select(func.max(PoolChangeRow.at)).where(PoolChangeRow.reason == _PAUSED)
        return self.connection.execute(statement).scalar_one()

    @override
    def record_tick(self, at: datetime) -> None:
        is_due = or_(WorkerPoolRow.ticked_at.is_(None), WorkerPoolRow.ticked_at <= at - _TICKS_APART)
        self.connection.execute(update(WorkerPoolRow).where(is_due).values(ticked_at=at))

    @override
    def busy(self) -> Mapping[str, int]:
        statement = select(JobRow.work, func.count().label("jobs")).where(is_in(*BUSY)).group_by(JobRow.work)
        return {row.work: row.jobs for row in self.connection.execute(statement)}

    @override
    def count_waiting(self, now: datetime) -> int:
        statement = select(func.count()).select_from(JobRow).where(*_is_ready(now))
        return self.connection.execute(statement).scalar_one()

    @override
    def has_urgent(self, now: datetime, *, since: datetime) -> bool:
        is_urgent = (*_is_ready(now), JobRow.priority >= Priority.NORMAL.value, JobRow.ready_since >= since)
        statement = select(JobRow.id).where(*is_urgent).order_by(*_ORDER).limit(1)
        return self.connection.execute(statement).one_or_none() is not None

    @override
    def best(self, now: datetime, limit: int, passed_over: PassedOver) -> Sequence[AdmissibleJob]:
        statement = _best((JobRow.id, JobRow.work, JobRow.lane), now, limit, passed_over)
        return [AdmissibleJob(**row._asdict()) for row in self.connection.execute(statement)]

    @override
    def line(self, now: datetime, limit: int, passed_over: PassedOver) -> JobLine:
        rows = self.connection.execute(_line(limit, passed_over), {"now": now}).all()
        return JobLine(
            busy={row.work: row.jobs for row in rows if row.id is None},
            head=[AdmissibleJob(row.id, row.work, row.lane) for row in rows if row.id is not None],
        )

    @override
    def admit(self, job_ids: Sequence[str], *, at: datetime) -> Sequence[AdmittedJob]:
        rows = self.connection.execute(_ADMIT, {"job_ids": list(job_ids), "at": at})
        admitted = {row.id: AdmittedJob(JobKey(row.id, row.generation), row.work) for row in rows}
        found = [admitted[job_id] for job_id in job_ids if job_id in admitted]
        if found:
            attempts = [
                {"job_id": one.key.job_id, "generation": one.key.generation, "admitted_at": at, "seconds": 0}
                for one in found
            ]
            if len(attempts) == 1:
                self.connection.execute(_NEW_ATTEMPT, attempts[0])
            else:
                self.connection.execute(_NEW_ATTEMPT.values(attempts))
        return found

    @override
    def admitted_before(self, at: datetime) -> Sequence[Job]:
        condition = (is_in(*BUSY), JobRow.admitted_at < at)
        statement = select(*JOB_COLUMNS).where(*condition).order_by(JobRow.admitted_at, JobRow.id)
        return [job_from_row(row) for row in self.connection.execute(statement)]

    @override
    def expire_waiting(self, now: datetime, limit: int) -> ExpiredJobs:
        return expire_waiting(self.connection, now, limit)

    @override
    def list_overdue(self, now: datetime) -> Sequence[Job]:
        # Both conditions on the state: SQLite takes the index of the busy ones only by its own words.
        condition = (is_in(*BUSY), is_in(JobState.QUEUED), JobRow.expires_at <= now)
        statement = select(*JOB_COLUMNS).where(*condition).order_by(JobRow.expires_at, JobRow.id)
        return [job_from_row(row) for row in self.connection.execute(statement)]

    @override
    def has_open_run(self) -> bool:
        return bool(self.connection.execute(select(IS_NIGHT)).scalar_one())

    def _lock(self, pool: Select[Any], values: Mapping[str, Any]) -> CursorResult[Any]:
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{POOL_LOCK_SECONDS}s'")
        return self.connection.execute(pool, values)


def _pool_from_row(row: Row[Any]) -> WorkerPool:
    return WorkerPool(**{**row._asdict(), "paused": Paused(row.paused)})


def _is_ready(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return is_in(JobState.PENDING), JobRow.not_before <= now


@lru_cache(maxsize=64)
def _line(limit: int, passed_over: PassedOver) -> Select[Any]:
    """Return the statement of a line, but for `now`."""
    # What only one half has, the other one has as NULL.
    of_head = (JobRow.id, JobRow.lane, JobRow.priority, JobRow.ready_since, JobRow.position)
    missing = [cast(null(), column.type).label(column.name) for column in of_head]
    busy = select(JobRow.work, func.count().label("jobs"), *missing).where(is_in(*BUSY)).group_by(JobRow.work)
    head = _best((JobRow.work, literal(0).label("jobs"), *of_head), _NOW, limit, passed_over).subquery()
    both = union_all(busy, select(*head.c)).subquery()
    order = (both.c.priority.desc(), both.c.ready_since, both.c.position, both.c.id)
    return select(both).order_by(*order)


def _best(
    columns: Sequence[Any], now: datetime | BindParameter[datetime], limit: int, passed_over: PassedOver
) -> Select[Any]:
    return select(*columns).where(*_is_ready(now), *_is_not(passed_over)).order_by(*_ORDER).limit(limit)


def _is_not(passed_over: PassedOver) -> Iterator[ColumnElement[bool]]:
    if passed_over.works:
        yield JobRow.work.not_in(sorted(passed_over.works))
    if passed_over.lanes:
        # Without a lane a job is never of one that is passed over; compared with NULL it would be of all.
        yield or_(JobRow.lane.is_(None), tuple_(JobRow.work, JobRow.lane).not_in(sorted(passed_over.lanes)))
    if passed_over.people:
        # Not the plain column: SQLite would rather look through all that the system ever did than along the line.
        yield JobRow.owner.concat("") == SYSTEM_OWNER


# What every job sends is built once: building takes ten times as long as sending, and the pool is locked meanwhile.
_LOCKED_POOL = select(*_POOL).with_for_update()
# Who is first in the line, and not whether there is anybody: PostgreSQL would look for that among all that ever ended.
_LOCKED_POOL_IF_ANY_WAITS = _LOCKED_POOL.where(
    _best((JobRow.id,), _NOW, 1, PassedOver()).scalar_subquery().is_not(None)
)
_ADMIT = (
    update(JobRow)
    .where(JobRow.id.in_(bindparam("job_ids", expanding=True)), is_in(JobState.PENDING))
    .values(
        state=JobState.QUEUED.value,
        generation=JobRow.generation + 1,
        admitted_at=bindparam("at"),
        version=JobRow.version + 1,
    )
    .returning(JobRow.id, JobRow.generation, JobRow.work)
)
_NEW_ATTEMPT = insert(JobAttemptRow)

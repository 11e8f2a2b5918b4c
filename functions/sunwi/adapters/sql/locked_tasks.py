"""A task locked with its run, and all that its message is decided by, in as few statements as there are locks.

What is locked is read by the statement that locks it, and what was to wait for that lock by a later one: PostgreSQL
shows a statement that had to wait the locked rows as they are, and all others as they were.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select, text, true

from sunwi.adapters.sql.circuits import CIRCUIT_COLUMNS, circuit_from_row, is_circuit
from sunwi.adapters.sql.readings.readings import select_readable, stored_reading
from sunwi.adapters.sql.runs import run_from_row
from sunwi.adapters.sql.tables import AttemptRow, CircuitRow, RankHistoryRow, RunRow, TaskRow, TrackingRow
from sunwi.adapters.sql.trackings import tracking_from_row
from sunwi.domain.attempt_basis import AttemptBasis
from sunwi.domain.circuit import Circuit, CircuitKey
from sunwi.domain.run import Run, TaskState
from sunwi.domain.task import CrawlMessage, Task
from sunwi.domain.tracking import Tracking
from sunwi.sites.naver.site import circuit_of_page

_RUN_COLUMNS = tuple(RunRow.__table__.columns)
_TRACKING_COLUMNS = tuple(TrackingRow.__table__.columns)
_TASK_COLUMNS = (TaskRow.state, TaskRow.decided_at, TaskRow.late_date)


@dataclass(frozen=True, slots=True)
class _Locked:
    """A locked task, without its attempts."""

    run: Run
    tracking: Tracking
    row: SimpleNamespace

    def as_task(self, attempts: Any = None) -> Task:  # noqa: ANN401 - a row, or part of one
        """Build the task; without its attempts it has none."""
        counts = attempts or SimpleNamespace(used=0, permanent=0, started=0, last_attempt_at=None)
        return Task(
            run=self.run,
            tracking=self.tracking,
            state=TaskState(self.row.state),
            decided_at=self.row.decided_at,
            late_date=self.row.late_date,
            attempts_used=counts.used,
            is_permanent=bool(counts.permanent),
            attempts_started=counts.started,
            last_attempt_at=counts.last_attempt_at,
        )


def lock_task(connection: Connection, run_id: str, tracking_id: int, message_id: str | None) -> Task | None:
    """Lock a run against closing, then its task, then the tracking; count the attempts of a message if one is named."""
    found = _lock(connection, run_id, tracking_id, "FOR UPDATE OF task FOR NO KEY UPDATE OF tracking")
    if found is None or message_id is None:
        return None if found is None else found.as_task()
    return found.as_task(connection.execute(_select_attempts(run_id, tracking_id, message_id)).one())


def lock_for_attempt(connection: Connection, message: CrawlMessage, *, readings_since: datetime) -> AttemptBasis | None:
    """Lock a run against closing, then a message's task, and read what an attempt is decided by."""
    found = _lock(connection, message.run_id, message.tracking_id, "FOR UPDATE OF task")
    if found is None:
        return None
    key = circuit_of_page(found.tracking.page_key)
    row = connection.execute(_select_basis(message, found.tracking, key, readings_since)).one()
    return AttemptBasis(
        task=found.as_task(row),
        reading=None if row.id is None else stored_reading(row),
        circuit=Circuit(key=key) if row.pauses is None else circuit_from_row(row),
        was_exposed=row.last_rank is not None,
    )


def _lock(connection: Connection, run_id: str, tracking_id: int, locks: str) -> _Locked | None:
    """Lock rows in the order in which everybody locks them: the run, then as `locks` says."""
    statement = (
        select(*_RUN_COLUMNS, *_TRACKING_COLUMNS, *_TASK_COLUMNS)
        .select_from(TaskRow)
        .join(RunRow, RunRow.id == TaskRow.run_id)
        .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
        .where(TaskRow.run_id == run_id, TaskRow.tracking_id == tracking_id)
        .with_for_update(read=True, of=RunRow)
        .suffix_with(text(locks), dialect="postgresql")
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    values = iter(tuple(row))
    run, tracking, task = (_take(values, columns) for columns in (_RUN_COLUMNS, _TRACKING_COLUMNS, _TASK_COLUMNS))
    return _Locked(run_from_row(run), tracking_from_row(tracking), task)


def _take(values: Iterator[Any], columns: Iterable[Any]) -> SimpleNamespace:
    """Take the next columns of a row that has columns of several tables."""
    return SimpleNamespace(**{column.key: next(values) for column in columns})


def _select_attempts(run_id: str, tracking_id: int, message_id: str) -> Select[Any]:
    """Count a message's attempts, all and those that count, and say whether one failed for good."""
    return select(
        func.count().label("started"),
        func.coalesce(func.sum(case((AttemptRow.is_counted, 1), else_=0)), 0).label("used"),
        func.coalesce(func.max(case((AttemptRow.is_permanent, 1), else_=0)), 0).label("permanent"),
        func.max(func.coalesce(AttemptRow.finished_at, AttemptRow.started_at)).label("last_attempt_at"),
    ).where(AttemptRow.run_id == run_id, AttemptRow.tracking_id == tracking_id, AttemptRow.message_id == message_id)


def _select_basis(message: CrawlMessage, tracking: Tracking, key: CircuitKey, readings_since: datetime) -> Select[Any]:
    """Read the message's attempts, and beside them the latest reading of the page, its circuit and the last rank."""
    attempts = _select_attempts(message.run_id, message.tracking_id, message.receipt.message_id).subquery()
    reading = select_readable(message.run_id, tracking.page_key, readings_since).limit(1).subquery()
    last_rank = (
        select(RankHistoryRow.rank)
        .where(RankHistoryRow.tracking_id == tracking.id)
        .order_by(RankHistoryRow.date.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(*attempts.c, *reading.c, *CIRCUIT_COLUMNS, last_rank.label("last_rank")).select_from(
        attempts.outerjoin(reading, true()).outerjoin(CircuitRow, and_(*is_circuit(key)))
    )

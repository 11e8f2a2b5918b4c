"""Runs in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from typing_extensions import override

from sunwi.adapters.sql.pages import TRACKED_PAGES, count_by_surface
from sunwi.adapters.sql.tables import AttemptRow, RunRow, TaskRow, TrackingRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.canary import CanaryState
from sunwi.domain.run import Run, RunKind, RunStatus, TaskState
from sunwi.domain.run_list import RunPosition
from sunwi.domain.tracking import Surface, TrackingStatus
from sunwi.service.ports.store import Runs

#: Ids per statement; PostgreSQL takes 32,767 parameters.
_IDS_PER_INSERT = 10_000

_COLUMNS = tuple(RunRow.__table__.columns)
_IS_OPEN = (RunRow.closed_at.is_(None), RunRow.status.in_([RunStatus.RUNNING.value, RunStatus.BLOCKED.value]))


def run_from_row(row: Any) -> Run:  # noqa: ANN401 - a row, or part of one
    """Build a run from the columns of its table."""
    return Run(
        id=row.id,
        kind=RunKind(row.kind),
        status=RunStatus(row.status),
        business_date=row.business_date,
        started_at=row.started_at,
        deadline=row.deadline,
        expected=row.expected,
        generation=row.generation,
        closed_at=row.closed_at,
        canary=None if row.canary is None else CanaryState(row.canary),
        held_until=row.held_until,
        released_at=row.released_at,
        blocked_since=row.blocked_since,
        request_id=row.request_id,
    )


@dataclass(frozen=True, slots=True)
class SqlRuns(Runs):
    """Stored runs."""

    connection: Connection

    @override
    def add(self, run: Run, tracking_ids: Sequence[int] | None) -> Run:
        statement = insert_unless_there(self.connection, RunRow).values(
            id=run.id,
            kind=run.kind.value,
            status=run.status.value,
            business_date=run.business_date,
            started_at=run.started_at,
            deadline=run.deadline,
            expected=0,
            generation=run.generation,
            canary=None if run.canary is None else run.canary.value,
            held_until=run.held_until,
            request_id=run.request_id,
        )
        if self.connection.execute(statement.returning(RunRow.id)).one_or_none() is None:
            return self._stored_instead_of(run)
        expected = self._add_tasks(run.id, tracking_ids)
        self._update(run.id, expected=expected)
        return replace(run, expected=expected)

    def _stored_instead_of(self, run: Run) -> Run:
        """Return the run that the same request has started, else the one that has its id."""
        if run.request_id is not None and (known := self.of_request(run.request_id)) is not None:
            return known
        return run_from_row(self.connection.execute(select(*_COLUMNS).where(RunRow.id == run.id)).one())

    def _add_tasks(self, run_id: str, tracking_ids: Sequence[int] | None) -> int:
        """Insert tasks from the tracking table, so that their number costs no statements."""
        if tracking_ids is None:
            return self._add_tasks_where(run_id, true(), after=0)
        ids = sorted(set(tracking_ids))
        added = 0
        for start in range(0, len(ids), _IDS_PER_INSERT):
            wanted = TrackingRow.id.in_(ids[start : start + _IDS_PER_INSERT])
            added += self._add_tasks_where(run_id, wanted, after=added)
        return added

    def _add_tasks_where(self, run_id: str, condition: ColumnElement[bool], *, after: int) -> int:
        position = func.row_number().over(
            order_by=(TrackingRow.surface, TrackingRow.keyword, TrackingRow.device, TrackingRow.id)
        )
        tasks = select(
            cast(literal(run_id), String(64)),
            TrackingRow.id,
            position + after,
            cast(literal(TaskState.QUEUED.value), String(16)),
        ).where(condition, TrackingRow.status == TrackingStatus.ACTIVE.value)
        columns = [TaskRow.run_id, TaskRow.tracking_id, TaskRow.position, TaskRow.state]
        return self.connection.execute(insert(TaskRow).from_select(columns, tasks)).rowcount

    @override
    def get(self, run_id: str) -> Run | None:
        row = self.connection.execute(select(*_COLUMNS).where(RunRow.id == run_id)).one_or_none()
        return None if row is None else run_from_row(row)

    @override
    def lock(self, run_id: str) -> Run | None:
        statement = select(*_COLUMNS).where(RunRow.id == run_id).with_for_update()
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else run_from_row(row)

    @override
    def list(self, limit: int, *, before: RunPosition | None = None) -> Sequence[Run]:
        statement = select(*_COLUMNS).order_by(RunRow.started_at.desc(), RunRow.id).limit(limit)
        if before is not None:
            is_of_then = and_(RunRow.started_at == before.started_at, RunRow.id > before.run_id)
            statement = statement.where(or_(RunRow.started_at < before.started_at, is_of_then))
        return [run_from_row(row) for row in self.connection.execute(statement)]

    @override
    def of_request(self, request_id: str) -> Run | None:
        statement = select(*_COLUMNS).where(RunRow.request_id == request_id)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else run_from_row(row)

    @override
    def list_open(self) -> Sequence[Run]:
        statement = select(*_COLUMNS).where(*_IS_OPEN).order_by(RunRow.id)
        return [run_from_row(row) for row in self.connection.execute(statement)]

    @override
    def set_blocked(self, run_id: str, since: datetime | None) -> None:
        status = RunStatus.RUNNING if since is None else RunStatus.BLOCKED
        statement = update(RunRow).where(RunRow.id == run_id, *_IS_OPEN)
        self.connection.execute(statement.values(status=status.value, blocked_since=since))

    @override
    def set_dispatched(self, run_id: str, generation: int) -> None:
        latest = case((RunRow.generation < generation, generation), else_=RunRow.generation)
        self.connection.execute(update(RunRow).where(RunRow.id == run_id).values(generation=latest))
        is_held = func.coalesce(RunRow.canary, "") == CanaryState.HELD.value
        unsent = exists().where(
            TaskRow.run_id == run_id, TaskRow.sent_at.is_(None), TaskRow.state == TaskState.QUEUED.value
        )
        self.connection.execute(
            update(RunRow)
            .where(RunRow.id == run_id, RunRow.status == RunStatus.DISPATCHING.value, ~is_held, ~unsent)
            .values(status=RunStatus.RUNNING.value)
        )

    @override
    def set_cancelled(self, run_id: str) -> None:
        self._update(run_id, status=RunStatus.CANCELLED.value, blocked_since=None)

    @override
    def close(self, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, Any]) -> None:
        self._update(run_id, closed_at=at, status=status.value, summary=dict(summary), blocked_since=None)

    @override
    def set_released(self, run_id: str, canary: CanaryState, *, at: datetime) -> None:
        self._update(run_id, canary=canary.value, released_at=at)

    @override
    def set_failure(self, run_id: str, failure: str) -> None:
        self._update(run_id, failure=failure)

    @override
    def failure(self, run_id: str) -> str | None:
        return self.connection.execute(select(RunRow.failure).where(RunRow.id == run_id)).scalar_one_or_none()

    @override
    def summary(self, run_id: str) -> Mapping[str, Any] | None:
        return self.connection.execute(select(RunRow.summary).where(RunRow.id == run_id)).scalar_one_or_none()

    @override
    def count_pages(self, run_id: str) -> int:
        return sum(self.count_surface_pages(run_id).values())

    @override
    def count_surface_pages(self, run_id: str) -> Mapping[Surface, int]:
        of_run = TRACKED_PAGES.join(TaskRow, TaskRow.tracking_id == TrackingRow.id).where(TaskRow.run_id == run_id)
        return count_by_surface(self.connection, of_run)

    @override
    def count_page_loads(self, run_id: str) -> int:
        total = func.coalesce(func.sum(AttemptRow.page_loads), 0)
        return int(self.connection.execute(select(total).where(AttemptRow.run_id == run_id)).scalar_one())

    def _update(self, run_id: str, **values: object) -> None:
        self.connection.execute(update(RunRow).where(RunRow.id == run_id).values(**values))

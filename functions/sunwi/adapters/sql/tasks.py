"""Tasks in SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, String, Text, func, literal, select, update
from typing_extensions import override

from sunwi.adapters.sql.locked_tasks import lock_for_attempt, lock_task
from sunwi.adapters.sql.tables import RunRow, TaskRow, TrackingRow
from sunwi.domain.attempt_basis import AttemptBasis
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TERMINAL_STATES, UNMEASURED_STATES, TaskState
from sunwi.domain.run_list import TaskQuery
from sunwi.domain.run_task import RunTask
from sunwi.domain.task import CrawlMessage, Task
from sunwi.domain.tracking import Device, Surface
from sunwi.service.ports.store import Tasks
from sunwi.sites.naver.site import Lane

_OPEN = tuple(state.value for state in TaskState if state not in TERMINAL_STATES)
_UNMEASURED = tuple(state.value for state in UNMEASURED_STATES)
_WAITING = (TaskState.QUEUED.value, TaskState.RETRYING.value)


@dataclass(frozen=True, slots=True)
class SqlTasks(Tasks):
    """Stored tasks."""

    connection: Connection

    @override
    def lock(self, run_id: str, tracking_id: int, *, message_id: str | None = None) -> Task | None:
        return lock_task(self.connection, run_id, tracking_id, message_id)

    @override
    def lock_for_attempt(self, message: CrawlMessage, *, readings_since: datetime) -> AttemptBasis | None:
        return lock_for_attempt(self.connection, message, readings_since=readings_since)

    @override
    def tracking_ids(self, run_id: str) -> set[int]:
        return set(self.connection.execute(select(TaskRow.tracking_id).where(TaskRow.run_id == run_id)).scalars())

    @override
    def lock_unsent(self, run_id: str, limit: int, *, after: int = 0, waits: bool = False) -> Mapping[int, int]:
        is_open = (RunRow.id == run_id, RunRow.closed_at.is_(None))
        if self.connection.execute(select(RunRow.id).where(*is_open).with_for_update(read=True)).one_or_none() is None:
            return {}
        statement = (
            select(TaskRow.tracking_id, TaskRow.position)
            .where(*_is_unsent(run_id), TaskRow.position > after)
            .order_by(TaskRow.position)
            .limit(limit)
            .with_for_update(skip_locked=not waits)
        )
        return {row.tracking_id: row.position for row in self.connection.execute(statement)}

    @override
    def count_unsent(self, run_id: str) -> int:
        statement = select(func.count()).select_from(TaskRow).where(*_is_unsent(run_id))
        return self.connection.execute(statement).scalar_one()

    @override
    def mark_sent(self, run_id: str, tracking_ids: Sequence[int], *, at: datetime) -> None:
        if tracking_ids:
            is_sent = (TaskRow.run_id == run_id, TaskRow.tracking_id.in_(tracking_ids))
            self.connection.execute(update(TaskRow).where(*is_sent).values(sent_at=at))

    @override
    def set_state(
        self,
        task: Task,
        state: TaskState,
        *,
        decided_at: datetime | None = None,
        failure: Failure | None = None,
        is_exposed: bool | None = None,
    ) -> None:
        values: dict[str, Any] = {"state": state.value, "decided_at": decided_at, "is_exposed": is_exposed}
        if state is not TaskState.RUNNING:
            values["reason"] = failure.reason if failure else None
            values["cause"] = failure.cause.value if failure else None
        self._update(task, values)

    @override
    def set_late(self, task: Task, day: date) -> None:
        self._update(task, {"late_date": day})

    @override
    def cancel_open(self, tracking_id: int, *, at: datetime, reason: str) -> int:
        open_runs = select(RunRow.id).where(RunRow.closed_at.is_(None))
        condition = (
            TaskRow.tracking_id == tracking_id,
            TaskRow.state.in_(_WAITING),
            TaskRow.run_id.in_(open_runs),
        )
        return self._end(condition, TaskState.CANCELLED, at=at, failure=Failure(FailureCause.CANCELLED, reason))

    @override
    def cancel_run(self, run_id: str, *, at: datetime, reason: str) -> int:
        condition = (TaskRow.run_id == run_id, TaskRow.state.in_(_WAITING))
        return self._end(condition, TaskState.CANCELLED, at=at, failure=Failure(FailureCause.CANCELLED, reason))

    @override
    def expire_open(self, run_id: str, *, at: datetime, failure: Failure, lane: Lane | None = None) -> int:
        condition = [TaskRow.run_id == run_id, TaskRow.state.in_(_OPEN)]
        if lane is not None:
            condition.append(TaskRow.tracking_id.in_(select(TrackingRow.id).where(*_is_on(lane))))
        return self._end(condition, TaskState.EXPIRED, at=at, failure=failure)

    @override
    def has_open(self, run_id: str, lane: Lane) -> bool:
        statement = (
            select(TaskRow.tracking_id)
            .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
            .where(TaskRow.run_id == run_id, TaskRow.state.in_(_OPEN), *_is_on(lane))
            .limit(1)
        )
        return self.connection.execute(statement).one_or_none() is not None

    @override
    def count_states(self, run_id: str) -> Mapping[TaskState, int]:
        statement = select(TaskRow.state, func.count()).where(TaskRow.run_id == run_id).group_by(TaskRow.state)
        return {TaskState(state): count for state, count in self.connection.execute(statement)}

    @override
    def count_exposed(self, run_id: str) -> tuple[int, int]:
        statement = (
            select(TaskRow.is_exposed, func.count())
            .where(TaskRow.run_id == run_id, TaskRow.state == TaskState.SUCCEEDED.value)
            .group_by(TaskRow.is_exposed)
        )
        counts = {bool(exposed): count for exposed, count in self.connection.execute(statement)}
        return counts.get(True, 0), counts.get(False, 0)

    @override
    def list_reasons(self, run_id: str, states: Sequence[TaskState]) -> Sequence[tuple[int, TaskState, str]]:
        statement = (
            select(TaskRow.tracking_id, TaskRow.state, TaskRow.reason)
            .where(TaskRow.run_id == run_id, TaskRow.state.in_([state.value for state in states]))
            .order_by(TaskRow.tracking_id)
        )
        rows = self.connection.execute(statement)
        return [(row.tracking_id, TaskState(row.state), row.reason or "") for row in rows]

    @override
    def list_missed(self, tracking_id: int) -> Sequence[tuple[date, Failure]]:
        statement = (
            select(RunRow.business_date, TaskRow.cause, TaskRow.reason)
            .join(RunRow, RunRow.id == TaskRow.run_id)
            .where(TaskRow.tracking_id == tracking_id, TaskRow.state.in_(_UNMEASURED))
            .order_by(RunRow.started_at)
        )
        rows = self.connection.execute(statement)
        return [(row.business_date, _failure(row.cause, row.reason)) for row in rows]

    @override
    def count_states_of(self, run_ids: Collection[str]) -> Mapping[str, Mapping[TaskState, int]]:
        statement = (
            select(TaskRow.run_id, TaskRow.state, func.count().label("tasks"))
            .where(TaskRow.run_id.in_(run_ids))
            .group_by(TaskRow.run_id, TaskRow.state)
        )
        found: dict[str, dict[TaskState, int]] = {}
        for row in self.connection.execute(statement):
            found.setdefault(row.run_id, {})[TaskState(row.state)] = row.tasks
        return found

    @override
    def of_run(self, run_id: str) -> Sequence[RunTask]:
        return [_run_task(row) for row in self.connection.execute(_of_run(run_id))]

    @override
    def page_of_run(self, query: TaskQuery) -> Sequence[RunTask]:
        statement = _of_run(query.run_id).where(TaskRow.tracking_id > query.after).limit(query.limit)
        if query.states:
            statement = statement.where(TaskRow.state.in_([state.value for state in query.states]))
        if query.causes:
            statement = statement.where(TaskRow.cause.in_([cause.value for cause in query.causes]))
        return [_run_task(row) for row in self.connection.execute(statement)]

    @override
    def list_late(self, run_id: str) -> Sequence[tuple[int, date]]:
        statement = (
            select(TaskRow.tracking_id, TaskRow.late_date)
            .where(TaskRow.run_id == run_id, TaskRow.late_date.is_not(None))
            .order_by(TaskRow.tracking_id)
        )
        return [(row.tracking_id, row.late_date) for row in self.connection.execute(statement)]

    def _update(self, task: Task, values: dict[str, Any]) -> None:
        condition = _is_task(task.run.id, task.tracking.id)
        self.connection.execute(update(TaskRow).where(*condition).values(**values))

    def _end(
        self, condition: Sequence[ColumnElement[bool]], state: TaskState, *, at: datetime, failure: Failure
    ) -> int:
        """End open tasks and return how many; the reason of their last failed attempt is kept behind the new one."""
        last_failure = func.coalesce(literal("; last look: ", Text) + TaskRow.reason, "")
        cause = literal(failure.cause.value, String)
        values = {
            "state": state.value,
            "decided_at": at,
            "reason": literal(failure.reason, Text) + last_failure,
            "cause": cause if state is TaskState.CANCELLED else func.coalesce(TaskRow.cause, cause),
        }
        return self.connection.execute(update(TaskRow).where(*condition).values(**values)).rowcount


def _of_run(run_id: str) -> Select[*tuple[Any, ...]]:
    columns = (*TaskRow.__table__.columns, TrackingRow.keyword, TrackingRow.surface, TrackingRow.device)
    return (
        select(*columns)
        .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
        .where(TaskRow.run_id == run_id)
        .order_by(TaskRow.tracking_id)
    )


def _failure(cause: str | None, reason: str | None) -> Failure:
    return Failure(FailureCause(cause or FailureCause.OTHER), reason or "")


def _run_task(row: Row[Any]) -> RunTask:
    has_failed = row.cause is not None or row.reason is not None
    return RunTask(
        tracking_id=row.tracking_id,
        keyword=row.keyword,
        surface=Surface(row.surface),
        device=Device(row.device),
        state=TaskState(row.state),
        is_exposed=row.is_exposed,
        failure=_failure(row.cause, row.reason) if has_failed else None,
        late_date=row.late_date,
    )


def _is_unsent(run_id: str) -> tuple[ColumnElement[bool], ...]:
    return (TaskRow.run_id == run_id, TaskRow.sent_at.is_(None), TaskRow.state == TaskState.QUEUED.value)


def _is_task(run_id: str, tracking_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TaskRow.run_id == run_id, TaskRow.tracking_id == tracking_id


def _is_on(lane: Lane) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TrackingRow.surface == lane.surface.value, TrackingRow.device == lane.device.value

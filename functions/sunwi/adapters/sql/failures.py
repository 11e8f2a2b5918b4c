"""What was not measured, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, case, false, func, not_, or_, select, tuple_
from typing_extensions import override

from sunwi.adapters.sql.tables import AttemptRow, TaskRow, TrackingRow
from sunwi.domain.attempt import MAX_ATTEMPTS
from sunwi.domain.dead_letter import MessageHistory
from sunwi.domain.failure import FailureCause, UnmeasuredTask
from sunwi.domain.retry import RetryCandidate
from sunwi.domain.run import TaskState
from sunwi.domain.task import CrawlMessage
from sunwi.domain.tracking import TrackingStatus
from sunwi.service.ports.store import Failures

_IS_UNMEASURED = (
    TaskRow.state.in_([TaskState.FAILED.value, TaskState.EXPIRED.value]),
    TaskRow.late_date.is_(None),
)

#: A message that was sent since the verdict has used up its attempts, so that nothing comes of it any more.
_IS_USED_UP = (
    select(AttemptRow.message_id)
    .where(
        AttemptRow.run_id == TaskRow.run_id,
        AttemptRow.tracking_id == TaskRow.tracking_id,
        AttemptRow.started_at >= TaskRow.sent_at,
    )
    .group_by(AttemptRow.message_id)
    .having(or_(func.count() >= MAX_ATTEMPTS, func.max(case((AttemptRow.is_permanent, 1), else_=0)) == 1))
    .correlate(TaskRow)
    .exists()
)
_IS_WAITING = and_(func.coalesce(TaskRow.sent_at > TaskRow.decided_at, false()), not_(_IS_USED_UP))


@dataclass(frozen=True, slots=True)
class SqlFailures(Failures):
    """Tasks that ended unmeasured, and their messages."""

    connection: Connection

    @override
    def unmeasured(self, run_id: str, states: Sequence[TaskState]) -> Sequence[UnmeasuredTask]:
        statement = (
            select(TaskRow.tracking_id, TrackingRow.keyword, TaskRow.state, TaskRow.cause, TaskRow.reason)
            .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
            .where(TaskRow.run_id == run_id, TaskRow.state.in_([state.value for state in states]))
            .order_by(TaskRow.tracking_id)
        )
        return [
            UnmeasuredTask(
                tracking_id=row.tracking_id,
                keyword=row.keyword,
                state=TaskState(row.state),
                cause=FailureCause(row.cause or FailureCause.OTHER),
                reason=row.reason or "",
            )
            for row in self.connection.execute(statement)
        ]

    @override
    def retry_candidates(self, run_id: str) -> Sequence[RetryCandidate]:
        is_active = TrackingRow.status == TrackingStatus.ACTIVE.value
        statement = (
            select(
                TaskRow.tracking_id,
                TaskRow.state,
                TaskRow.cause,
                is_active.label("is_active"),
                _IS_WAITING.label("is_waiting"),
            )
            .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
            .where(TaskRow.run_id == run_id, *_IS_UNMEASURED)
            .order_by(TaskRow.position)
        )
        return [
            RetryCandidate(
                tracking_id=row.tracking_id,
                state=TaskState(row.state),
                is_active=bool(row.is_active),
                is_waiting=bool(row.is_waiting),
                cause=FailureCause(row.cause or FailureCause.OTHER),
            )
            for row in self.connection.execute(statement)
        ]

    @override
    def lock_retryable(self, run_id: str, tracking_ids: Sequence[int], *, with_waiting: bool) -> Sequence[int]:
        statement = (
            select(TaskRow.tracking_id)
            .where(TaskRow.run_id == run_id, TaskRow.tracking_id.in_(tracking_ids), *_IS_UNMEASURED)
            .order_by(TaskRow.position)
            .with_for_update(skip_locked=True)
        )
        if not with_waiting:
            statement = statement.where(not_(_IS_WAITING))
        return self.connection.execute(statement).scalars().all()

    @override
    def histories(self, messages: Sequence[CrawlMessage]) -> Mapping[str, MessageHistory]:
        if not messages:
            return {}
        attempts = self._last_attempts(messages)
        keys = {(message.run_id, message.tracking_id) for message in messages}
        statement = (
            select(
                TaskRow.run_id,
                TaskRow.tracking_id,
                TrackingRow.keyword,
                TaskRow.state,
                TaskRow.late_date,
                TaskRow.reason,
            )
            .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
            .where(tuple_(TaskRow.run_id, TaskRow.tracking_id).in_(keys))
        )
        tasks = {(row.run_id, row.tracking_id): row for row in self.connection.execute(statement)}
        return {
            message.receipt.message_id: _history(task, attempts.get(message.receipt.message_id))
            for message in messages
            if (task := tasks.get((message.run_id, message.tracking_id))) is not None
        }

    def _last_attempts(self, messages: Sequence[CrawlMessage]) -> Mapping[str, Row[*tuple[Any, ...]]]:
        """Return each message's last attempt; its number says how many there were."""
        keys = {(message.run_id, message.tracking_id, message.receipt.message_id) for message in messages}
        statement = (
            select(
                AttemptRow.message_id,
                AttemptRow.number,
                AttemptRow.finished_at,
                AttemptRow.cause,
                AttemptRow.error_name,
                AttemptRow.error,
            )
            .where(tuple_(AttemptRow.run_id, AttemptRow.tracking_id, AttemptRow.message_id).in_(keys))
            .order_by(AttemptRow.number)
        )
        rows: Sequence[Row[*tuple[Any, ...]]] = self.connection.execute(statement).all()
        return {row.message_id: row for row in rows}


def _history(task: Row[*tuple[Any, ...]], attempt: Row[Any] | None) -> MessageHistory:
    own_error = f"{attempt.error_name}: {attempt.error}" if attempt is not None and attempt.error_name else ""
    return MessageHistory(
        keyword=task.keyword,
        state=TaskState(task.state),
        is_late=task.late_date is not None,
        attempts=0 if attempt is None else attempt.number,
        last_cause=FailureCause(attempt.cause) if attempt is not None and attempt.cause else None,
        is_last_ended=attempt is not None and attempt.finished_at is not None,
        reason=own_error or task.reason or "",
    )

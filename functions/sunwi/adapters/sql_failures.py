"""What was not measured, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from sunwi.adapters.tables import TaskRow, TrackingRow
from sunwi.domain.failure import FailureCause, UnmeasuredTask
from sunwi.domain.run import TaskState


@dataclass(frozen=True, slots=True)
class SqlFailures:
    """Tasks that ended unmeasured, and their messages."""

    connection: Connection

    def unmeasured(self, run_id: str, states: Sequence[TaskState]) -> Sequence[UnmeasuredTask]:
        """Give a run's tasks in those states, by tracking id."""
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

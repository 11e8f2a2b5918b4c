"""How far runs are, in SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.tables import RunProgressRow, RunRow, TaskRow
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.run_progress import RunProgress
from sunwi.service.ports.doors.run_progress import RunProgresses

_COLUMNS = tuple(RunProgressRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class SqlRunProgresses(RunProgresses):
    """The stored counts; no row of a run or a task is ever written or locked for them."""

    connection: Connection

    @override
    def get(self, run_id: str) -> RunProgress | None:
        row = self.connection.execute(select(*_COLUMNS).where(RunProgressRow.run_id == run_id)).one_or_none()
        if row is None:
            return None
        values = row._asdict()
        states = {TaskState(state): count for state, count in row.states.items()}
        return RunProgress(**{**values, "status": RunStatus(row.status), "states": states})

    @override
    def count(self, run_id: str, *, at: datetime) -> RunProgress | None:
        statement = (
            select(RunRow.status, RunRow.expected, TaskRow.state, func.count(TaskRow.state))
            .outerjoin(TaskRow, TaskRow.run_id == RunRow.id)
            .where(RunRow.id == run_id)
            .group_by(RunRow.status, RunRow.expected, TaskRow.state)
        )
        rows = self.connection.execute(statement).all()
        if not rows:
            return None
        return RunProgress(
            run_id=run_id,
            version=1,
            refreshed_at=at,
            status=RunStatus(rows[0].status),
            expected=rows[0].expected,
            # A run without a task has one row, which counts none.
            states={TaskState(state): count for _, _, state, count in rows if count},
        )

    @override
    def add(self, progress: RunProgress) -> None:
        new = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        self.connection.execute(new(RunProgressRow).values(**_values(progress)).on_conflict_do_nothing())

    @override
    def claim(self, progress: RunProgress, *, at: datetime) -> bool:
        is_as_read = (
            RunProgressRow.run_id == progress.run_id,
            RunProgressRow.refreshed_at == progress.refreshed_at,
            RunProgressRow.version == progress.version,
        )
        return self.connection.execute(update(RunProgressRow).where(*is_as_read).values(refreshed_at=at)).rowcount == 1

    @override
    def delete_old(self, before: datetime, limit: int) -> int:
        old = (
            select(RunProgressRow.run_id)
            .where(RunProgressRow.refreshed_at < before)
            .order_by(RunProgressRow.refreshed_at)
            .limit(limit)
        )
        return self.connection.execute(delete(RunProgressRow).where(RunProgressRow.run_id.in_(old))).rowcount

    @override
    def set(self, progress: RunProgress) -> None:
        values = _values(progress)
        # A slower count of before is not to take a later one back.
        is_newer = (RunProgressRow.run_id == progress.run_id, RunProgressRow.version < progress.version)
        self.connection.execute(update(RunProgressRow).where(*is_newer).values(values))


def _values(progress: RunProgress) -> dict[str, Any]:
    return {
        "run_id": progress.run_id,
        "version": progress.version,
        "refreshed_at": progress.refreshed_at,
        "status": progress.status.value,
        "expected": progress.expected,
        "states": {state.value: count for state, count in progress.states.items()},
    }

"""What the watchdog asks and remembers, in SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.runs import run_from_row
from sunwi.adapters.sql.tables import AttemptRow, JobRow, RankHistoryRow, RunRow, TaskRow, TrackingRow, WatchFindingRow
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.job import JobState
from sunwi.domain.run import Run, RunKind, TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.watch import Affected, Problem, ProblemKind
from sunwi.domain.watch_finding import WatchFinding
from sunwi.service.ports.watchdog import Watch

#: Trackings that an alarm names before it says that there are more.
NAMED_IDS = 10

_COLUMNS = tuple(WatchFindingRow.__table__.columns)
_IS_THERE = WatchFindingRow.resolved_at.is_(None)


@dataclass(frozen=True, slots=True)
class SqlWatch(Watch):
    """Facts for the watchdog, and what it found."""

    connection: Connection

    @override
    def count_awaited(self, before: datetime) -> int:
        statement = select(func.count()).select_from(TrackingRow).where(*_is_active_since_before(before))
        return self.connection.execute(statement).scalar_one()

    @override
    def without_task(self, run: Run) -> Affected:
        has_task = exists().where(TaskRow.run_id == run.id, TaskRow.tracking_id == TrackingRow.id)
        return self._affected(
            select(TrackingRow.id).where(
                *_is_active_since_before(run.started_at), ~has_task, ~_has_row(run, TrackingRow.id)
            )
        )

    @override
    def without_row(self, run: Run) -> Affected:
        return self._affected(_tasks_without_row(run, TaskState.SUCCEEDED))

    @override
    def expired(self, run: Run) -> Affected:
        return self._affected(_tasks_without_row(run, TaskState.EXPIRED))

    @override
    def failed(self, run: Run) -> Affected:
        return self._affected(_tasks_without_row(run, TaskState.FAILED))

    @override
    def open_runs(self, limit: int) -> Sequence[Run]:
        is_open = RunRow.closed_at.is_(None)
        statement = select(*RunRow.__table__.columns).where(is_open).order_by(RunRow.started_at.desc()).limit(limit)
        return [run_from_row(row) for row in self.connection.execute(statement)]

    @override
    def unevaluated(self, run_ids: Collection[str], *, closed_before: datetime) -> Sequence[str]:
        is_evaluated = exists().where(
            JobRow.work == EVALUATION_WORK,
            JobRow.state == JobState.SUCCEEDED.value,
            JobRow.created_at >= RunRow.closed_at,
            # An index finds what ended since.
            JobRow.finished_at >= RunRow.closed_at,
        )
        statement = (
            select(RunRow.id)
            .where(RunRow.id.in_(run_ids), RunRow.closed_at < closed_before, ~is_evaluated)
            .order_by(RunRow.closed_at)
        )
        return list(self.connection.execute(statement).scalars())

    @override
    def stuck(self, since: datetime) -> Affected:
        began_since = exists().where(
            AttemptRow.run_id == TaskRow.run_id,
            AttemptRow.tracking_id == TaskRow.tracking_id,
            AttemptRow.started_at >= since,
        )
        return self._affected(
            select(TaskRow.tracking_id)
            .join(RunRow, RunRow.id == TaskRow.run_id)
            .where(RunRow.closed_at.is_(None), TaskRow.state == TaskState.RUNNING.value, ~began_since)
        )

    @override
    def oldest_queued(self) -> dict[str, datetime]:
        is_queued = (RunRow.closed_at.is_(None), TaskRow.state == TaskState.QUEUED.value, TaskRow.sent_at.is_not(None))
        statement = (
            select(RunRow.kind, func.min(TaskRow.sent_at).label("sent_at"))
            .join(TaskRow, TaskRow.run_id == RunRow.id)
            .where(*is_queued)
            .group_by(RunRow.kind)
        )
        oldest: dict[str, datetime] = {}
        for row in self.connection.execute(statement):
            queue = QueueName.CRAWL if row.kind == RunKind.SCHEDULED.value else QueueName.EXPRESS
            oldest[queue.value] = min(row.sent_at, oldest.get(queue.value, row.sent_at))
        return oldest

    @override
    def open_findings(self) -> Sequence[WatchFinding]:
        statement = select(*_COLUMNS).where(_IS_THERE).order_by(WatchFindingRow.first_seen_at, WatchFindingRow.id)
        return [_finding_from_row(row) for row in self.connection.execute(statement)]

    @override
    def record(self, problems: Sequence[Problem], *, repairs: Mapping[str, str], at: datetime) -> None:
        if not problems:
            return
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(WatchFindingRow).values(
            [_values(problem, repair=repairs.get(problem.key), at=at) for problem in problems]
        )
        new = statement.excluded
        seen_again = statement.on_conflict_do_update(
            index_elements=[WatchFindingRow.key],
            index_where=_IS_THERE,
            set_={
                "extent": new.extent,
                "detail": new.detail,
                "last_seen_at": new.last_seen_at,
                "repair": func.coalesce(new.repair, WatchFindingRow.repair),
            },
        )
        self.connection.execute(seen_again)

    @override
    def resolve(self, keys: Collection[str], *, at: datetime) -> None:
        if keys:
            is_gone = (WatchFindingRow.key.in_(keys), _IS_THERE)
            self.connection.execute(update(WatchFindingRow).where(*is_gone).values(resolved_at=at))

    @override
    def lock_unalarmed(self) -> Sequence[WatchFinding]:
        is_due = or_(
            and_(WatchFindingRow.alarmed_at.is_(None), or_(_IS_THERE, WatchFindingRow.repair.is_not(None))),
            and_(_IS_THERE, WatchFindingRow.extent > WatchFindingRow.alarmed_extent),
        )
        statement = select(*_COLUMNS).where(is_due).order_by(WatchFindingRow.id).with_for_update()
        return [_finding_from_row(row) for row in self.connection.execute(statement)]

    @override
    def mark_alarmed(self, finding: WatchFinding, *, at: datetime) -> None:
        self.connection.execute(
            update(WatchFindingRow)
            .where(WatchFindingRow.id == finding.id)
            .values(alarmed_at=at, alarmed_extent=finding.problem.extent)
        )

    def _affected(self, ids: Select[int]) -> Affected:
        """Count, and name the first, in one statement."""
        found = ids.subquery()
        column = next(iter(found.columns))
        statement = select(column.label("id"), func.count().over().label("total")).order_by(column).limit(NAMED_IDS)
        rows = self.connection.execute(statement).all()
        return Affected(rows[0].total if rows else 0, tuple(row.id for row in rows))


def _is_active_since_before(instant: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    since = func.coalesce(TrackingRow.active_since, TrackingRow.created_at)
    return TrackingRow.status == TrackingStatus.ACTIVE.value, since < instant


def _has_row(run: Run, tracking_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column
    return exists().where(RankHistoryRow.tracking_id == tracking_id, RankHistoryRow.date == run.business_date)


def _tasks_without_row(run: Run, state: TaskState) -> Select[int]:
    return select(TaskRow.tracking_id).where(
        TaskRow.run_id == run.id, TaskRow.state == state.value, ~_has_row(run, TaskRow.tracking_id)
    )


def _values(problem: Problem, *, repair: str | None, at: datetime) -> dict[str, Any]:
    return {
        "key": problem.key,
        "kind": problem.kind.value,
        "subject": problem.subject,
        "day": problem.day,
        "extent": problem.extent,
        "detail": problem.detail,
        "first_seen_at": at,
        "last_seen_at": at,
        "repair": repair,
    }


def _finding_from_row(row: Row[Any]) -> WatchFinding:
    problem = Problem(
        kind=ProblemKind(row.kind), subject=row.subject, day=row.day, extent=row.extent, detail=row.detail
    )
    return WatchFinding(
        id=row.id,
        problem=problem,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        resolved_at=row.resolved_at,
        repair=row.repair,
        alarmed_extent=row.alarmed_extent,
    )

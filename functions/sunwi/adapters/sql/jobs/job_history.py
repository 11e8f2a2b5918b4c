"""What is counted of jobs, and the deletion of what is too old, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, case, delete, func, select, tuple_, update
from typing_extensions import override

from sunwi.adapters.sql.jobs.job_rows import is_in
from sunwi.adapters.sql.tables import JobHourRow, JobRequestRow, JobRow
from sunwi.domain.job import ACTIVE, JobState
from sunwi.domain.job_list import JobCounts
from sunwi.service.ports.jobs import JobHistory

_KEY = (JobHourRow.hour, JobHourRow.work, JobHourRow.state, JobHourRow.code, JobHourRow.duration)
#: A row's own `count` would be the method of every tuple.
_HOUR = (*_KEY, JobHourRow.count.label("jobs"), JobHourRow.seconds)


@dataclass(frozen=True, slots=True)
class SqlJobHistory(JobHistory):
    """Counters by hour, and what waits."""

    connection: Connection

    @override
    def counts(self, since: datetime) -> Sequence[JobCounts]:
        statement = select(*_HOUR).where(JobHourRow.hour >= since).order_by(*_KEY)
        rows = self.connection.execute(statement).all()
        return [
            JobCounts(
                hour=hour,
                work=work,
                state=JobState(state),
                code=code,
                count=sum(row.jobs for row in same),
                seconds=sum(row.seconds for row in same),
                by_duration={row.duration: row.jobs for row in same},
            )
            for (hour, work, state, code), group in groupby(rows, lambda row: row[:4])
            if (same := list(group))
        ]

    @override
    def waiting(self) -> Mapping[tuple[str, JobState], int]:
        statement = (
            select(JobRow.work, JobRow.state, func.count()).where(is_in(*ACTIVE)).group_by(JobRow.work, JobRow.state)
        )
        return {(work, JobState(state)): count for work, state, count in self.connection.execute(statement)}

    @override
    def first_at(self) -> datetime | None:
        # Ids grow with time, and are indexed.
        return self.connection.execute(select(JobRow.created_at).order_by(JobRow.id).limit(1)).scalar_one_or_none()

    @override
    def oldest_waiting(self, now: datetime) -> Mapping[int, datetime]:
        since = case((JobRow.not_before > JobRow.ready_since, JobRow.not_before), else_=JobRow.ready_since)
        is_ready = (is_in(JobState.PENDING), JobRow.not_before <= now)
        statement = select(JobRow.priority, func.min(since).label("since")).where(*is_ready).group_by(JobRow.priority)
        return {row.priority: row.since for row in self.connection.execute(statement)}

    @override
    def delete_requests(self, before: datetime, limit: int) -> int:
        # Not EXISTS: PostgreSQL would rather join with all jobs than ask for those of the few oldest keys.
        job = select(JobRow.id).where(JobRow.id == JobRequestRow.job_id).scalar_subquery()
        one_of_batch = select(JobRow.id).where(JobRow.batch_id == JobRequestRow.batch_id).limit(1).scalar_subquery()
        key = (JobRequestRow.owner, JobRequestRow.key)
        spent = (
            select(*key)
            .where(JobRequestRow.created_at < before, job.is_(None), one_of_batch.is_(None))
            .order_by(JobRequestRow.created_at)
            .limit(limit)
        )
        return self.connection.execute(delete(JobRequestRow).where(tuple_(*key).in_(spent))).rowcount

    @override
    def delete_hours(self, before: datetime, limit: int) -> int:
        old = select(*_KEY).where(JobHourRow.hour < before).order_by(JobHourRow.hour).limit(limit)
        return self.connection.execute(delete(JobHourRow).where(tuple_(*_KEY).in_(old))).rowcount

    @override
    def drop_results(self, before: datetime, limit: int) -> int:
        ended = (
            select(JobRow.id)
            .where(JobRow.result.is_not(None), JobRow.finished_at < before)
            .order_by(JobRow.finished_at, JobRow.id)
            .limit(limit)
        )
        statement = update(JobRow).where(JobRow.id.in_(ended)).values(result=None, version=JobRow.version + 1)
        return self.connection.execute(statement).rowcount

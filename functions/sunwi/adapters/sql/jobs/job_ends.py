"""How a job's attempt, or its waiting, ends in SQL: job, attempt and counter, in three statements at most."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sunwi.adapters.sql.jobs.job_rows import (
    IS_THIS_JOB,
    JOB_COLUMNS,
    attempt_values,
    failure_values,
    is_in,
    job_from_row,
)
from sunwi.adapters.sql.tables import JobAttemptRow, JobHourRow, JobRow
from sunwi.domain.job import RETRYABLE, Job, JobEnd, JobKey, JobState
from sunwi.domain.job_end import EXPIRED, ExpiredJobs
from sunwi.domain.job_list import DURATION_BOUNDS
from sunwi.service.ports.jobs import MOST_AT_ONCE

#: Columns that an end adds to.
_ADDED = frozenset({"attempts", "ran_seconds", "version"})


def end_job(connection: Connection, key: JobKey, end: JobEnd, *, expected: JobState) -> bool:
    """Write an end, if the job is in the expected state and of that generation; return whether it was.

    A RUNNING job that somebody has asked to stop takes no end but its success and its cancel.
    """
    is_free = expected is not JobState.RUNNING or end.state in (JobState.SUCCEEDED, JobState.CANCELLED)
    values = _values(end)
    statement = _end(expected, tuple(values), is_free=is_free)
    ended = connection.execute(statement, {**attempt_values(key), **_renamed(values)}).one_or_none()
    if ended is None:
        return False
    if expected is not JobState.PENDING:
        _end_attempt(connection, key, end)
    if end.state.is_ended:
        _count(connection, end, work=ended.work, seconds=ended.ran_seconds)
    return True


def _values(end: JobEnd) -> dict[str, Any]:
    """Return what the columns are set to, or of `_ADDED`, what is added to them."""
    values: dict[str, Any] = {
        "state": end.state.value,
        "attempts": int(end.uses_attempt),
        "ran_seconds": end.seconds,
        "version": 1,
    }
    if end.state.is_ended:
        values["finished_at"] = end.at
        values["result"] = None if end.result is None else dict(end.result)
    else:
        values["admitted_at"] = None
        if end.not_before is not None:
            values["not_before"] = end.not_before
    if end.state is JobState.SUCCEEDED:
        values |= {"progress": 100, **failure_values(None)}
    elif end.failure is not None:
        values |= failure_values(end.failure)
    return values


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


@lru_cache(maxsize=64)
def _end(expected: JobState, names: Sequence[str], *, is_free: bool) -> Executable:
    """Build what ends a job, once for each way of ending.

    Args:
        expected: The state that it is in.
        names: Of the columns that are set.
        is_free: Whether it ends a job, too, that somebody has asked to stop.
    """
    columns = JobRow.__table__.columns
    new = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in names}
    values = {name: columns[name] + value if name in _ADDED else value for name, value in new.items()}
    statement = update(JobRow).where(*IS_THIS_JOB, is_in(expected)).values(values)
    if not is_free:
        statement = statement.where(JobRow.cancel_requested_at.is_(None))
    return statement.returning(JobRow.work, JobRow.ran_seconds)


def _end_attempt(connection: Connection, key: JobKey, end: JobEnd) -> None:
    values = {
        "finished_at": end.at,
        "outcome": end.outcome.value,
        "code": None if end.failure is None else end.failure.code,
        "seconds": end.seconds,
    }
    connection.execute(_END_ATTEMPT, {**attempt_values(key), **_renamed(values)})


def expire_waiting(connection: Connection, now: datetime, limit: int) -> ExpiredJobs:
    """End waiting jobs whose time is over, and count them by kind, code and running time, in two statements.

    One more for each thousand of which somebody is to be told.
    """
    overdue = select(JobRow.id).where(is_in(JobState.PENDING), JobRow.expires_at <= now)
    # By itself, before the update: within its condition PostgreSQL may choose again for every row that it updates.
    chosen = overdue.order_by(JobRow.expires_at, JobRow.id).limit(limit).with_for_update(skip_locked=True).cte("chosen")
    code, reason = EXPIRED.code, EXPIRED.reason
    is_to_tell = JobRow.notify.is_not(None)
    statement = (
        update(JobRow)
        .where(JobRow.id.in_(select(chosen.c.id)), is_in(JobState.PENDING))
        .values(
            state=JobState.EXPIRED.value,
            version=JobRow.version + 1,
            finished_at=now,
            failure_code=func.coalesce(JobRow.failure_code, code),
            failure_reason=func.coalesce(JobRow.failure_reason, reason),
        )
        .returning(JobRow.id, JobRow.work, JobRow.failure_code, JobRow.ran_seconds, is_to_tell.label("is_to_tell"))
    )
    ended = connection.execute(statement).all()
    _count_expired(connection, ended, now)
    return ExpiredJobs(len(ended), _read_jobs(connection, [row.id for row in ended if row.is_to_tell]))


def _count_expired(connection: Connection, ended: Sequence[Any], now: datetime) -> None:
    counts: dict[tuple[str, str, int], tuple[int, float]] = {}
    for row in ended:
        key = (row.work, row.failure_code or "", _duration(row.ran_seconds))
        count, seconds = counts.get(key, (0, 0.0))
        counts[key] = (count + 1, seconds + row.ran_seconds)
    if counts:
        _add_counts(
            connection,
            [
                {
                    "hour": _hour(now),
                    "work": work,
                    "state": JobState.EXPIRED.value,
                    "code": code,
                    "duration": duration,
                    "count": count,
                    "seconds": seconds,
                }
                for (work, code, duration), (count, seconds) in counts.items()
            ],
        )


def _read_jobs(connection: Connection, job_ids: Sequence[str]) -> list[Job]:
    found: list[Job] = []
    for start in range(0, len(job_ids), MOST_AT_ONCE):
        part = job_ids[start : start + MOST_AT_ONCE]
        rows = connection.execute(select(*JOB_COLUMNS).where(JobRow.id.in_(part)).order_by(JobRow.id))
        found += map(job_from_row, rows)
    return found


def _count(connection: Connection, end: JobEnd, *, work: str, seconds: float) -> None:
    """Add one to the jobs of that hour, kind, end and running time over all attempts."""
    has_failed = end.failure is not None and end.state in RETRYABLE
    count = {
        "hour": _hour(end.at),
        "work": work,
        "state": end.state.value,
        "code": end.failure.code if end.failure is not None and has_failed else "",
        "duration": _duration(seconds),
        "count": 1,
        "seconds": seconds,
    }
    _add_counts(connection, [count])


def _add_counts(connection: Connection, counts: Sequence[Mapping[str, Any]]) -> None:
    statement = _COUNTS[connection.dialect.name]
    if len(counts) == 1:
        connection.execute(statement, counts[0])
    else:
        connection.execute(statement.values([dict(count) for count in counts]))


def _adding(new: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    key = [JobHourRow.hour, JobHourRow.work, JobHourRow.state, JobHourRow.code, JobHourRow.duration]
    added = {
        "count": JobHourRow.count + new.excluded["count"],
        "seconds": JobHourRow.seconds + new.excluded["seconds"],
    }
    return new.on_conflict_do_update(index_elements=key, set_=added)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _duration(seconds: float) -> int:
    return min(bisect_left(DURATION_BOUNDS, seconds), len(DURATION_BOUNDS) - 1)


# What every job sends is built once: building takes ten times as long as sending, and the row is locked meanwhile.
_COUNTS = {"sqlite": _adding(sqlite.insert(JobHourRow)), "postgresql": _adding(postgresql.insert(JobHourRow))}
_END_ATTEMPT = (
    update(JobAttemptRow)
    .where(JobAttemptRow.job_id == bindparam("this_job"), JobAttemptRow.generation == bindparam("this_generation"))
    .values({name: bindparam(f"new_{name}") for name in ("finished_at", "outcome", "code", "seconds")})
)

"""How a job's attempt, or its waiting, ends in SQL: job, attempt and counter, in three statements at most."""

from bisect import bisect_left
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from sunwi.adapters.sql.jobs.job_rows import failure_values, is_attempt
from sunwi.adapters.sql.tables import JobAttemptRow, JobHourRow, JobRow
from sunwi.domain.job import RETRYABLE, JobEnd, JobKey, JobState
from sunwi.domain.job_list import DURATION_BOUNDS


def end_job(connection: Connection, key: JobKey, end: JobEnd, *, expected: JobState) -> bool:
    """Write an end, if the job is in the expected state and of that generation; return whether it was."""
    statement = update(JobRow).where(*is_attempt(key, expected)).values(**_values(end))
    ended = connection.execute(statement.returning(JobRow.work, JobRow.ran_seconds)).one_or_none()
    if ended is None:
        return False
    if expected is not JobState.PENDING:
        _end_attempt(connection, key, end)
    if end.state.is_ended:
        _count(connection, end, work=ended.work, seconds=ended.ran_seconds)
    return True


def _values(end: JobEnd) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": end.state.value,
        "attempts": JobRow.attempts + int(end.uses_attempt),
        "ran_seconds": JobRow.ran_seconds + end.seconds,
        "version": JobRow.version + 1,
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


def _end_attempt(connection: Connection, key: JobKey, end: JobEnd) -> None:
    is_attempt_row = (JobAttemptRow.job_id == key.job_id, JobAttemptRow.generation == key.generation)
    values = {
        "finished_at": end.at,
        "outcome": end.outcome.value,
        "code": None if end.failure is None else end.failure.code,
        "seconds": end.seconds,
    }
    connection.execute(update(JobAttemptRow).where(*is_attempt_row).values(**values))


def _count(connection: Connection, end: JobEnd, *, work: str, seconds: float) -> None:
    """Add one to the jobs of that hour, kind, end and running time over all attempts."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    has_failed = end.failure is not None and end.state in RETRYABLE
    statement = dialect.insert(JobHourRow).values(
        hour=end.at.replace(minute=0, second=0, microsecond=0),
        work=work,
        state=end.state.value,
        code=end.failure.code if end.failure is not None and has_failed else "",
        duration=min(bisect_left(DURATION_BOUNDS, seconds), len(DURATION_BOUNDS) - 1),
        count=1,
        seconds=seconds,
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[JobHourRow.hour, JobHourRow.work, JobHourRow.state, JobHourRow.code, JobHourRow.duration],
            set_={
                "count": JobHourRow.count + 1,
                "seconds": JobHourRow.seconds + statement.excluded.seconds,
            },
        )
    )

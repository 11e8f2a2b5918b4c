"""A job as a row, and the conditions that its partial indexes are found by."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam

from sunwi.adapters.sql.tables import JobRow
from sunwi.domain.job import Job, JobFailure, JobKey, JobState
from sunwi.domain.job_priority import Priority

#: All that `job_from_row` needs.
JOB_COLUMNS = tuple(JobRow.__table__.columns)

_SAME_NAMES = tuple(
    column.name
    for column in JOB_COLUMNS
    if column.name not in {"params", "priority", "state", "failure_code", "failure_fields", "failure_reason"}
)


def job_from_row(row: Any) -> Job:  # noqa: ANN401 - a row, or part of one
    """Build a job from the columns of its table."""
    failure = None
    if row.failure_code is not None:
        failure = JobFailure(row.failure_code, row.failure_fields or {}, row.failure_reason or "")
    return Job(
        **{name: getattr(row, name) for name in _SAME_NAMES},
        params=row.params,
        priority=Priority(row.priority),
        state=JobState(row.state),
        failure=failure,
    )


def job_values(job: Job) -> dict[str, Any]:
    """Write a job as the values of its row."""
    return {
        **{name: getattr(job, name) for name in _SAME_NAMES},
        "params": dict(job.params),
        "priority": job.priority.value,
        "state": job.state.value,
        "checkpoint": _as_dict(job.checkpoint),
        "result": _as_dict(job.result),
        "notify": _as_dict(job.notify),
        **failure_values(job.failure),
    }


def failure_values(failure: JobFailure | None) -> dict[str, Any]:
    """Write a failure as the values of a job's row; what JSON does not know of its fields becomes text."""
    if failure is None:
        return {"failure_code": None, "failure_fields": None, "failure_reason": None}
    fields = json.loads(json.dumps(dict(failure.fields), default=str))
    return {"failure_code": failure.code, "failure_fields": fields, "failure_reason": failure.reason}


def is_in(*states: JobState) -> ColumnElement[bool]:
    """Select by state, in the very words of the partial indexes: SQLite compares these, and knows no parameters there.

    Several are named in the order of their definition, as there.
    """
    if len(states) == 1:
        return JobRow.state == bindparam(None, states[0].value, literal_execute=True)
    values = [state.value for state in states]
    return JobRow.state.in_(bindparam(None, values, expanding=True, literal_execute=True))


#: The guard of a write that is built once; `attempt_values` has its values.
IS_THIS_JOB = (JobRow.id == bindparam("this_job"), JobRow.generation == bindparam("this_generation"))


def attempt_values(key: JobKey) -> dict[str, Any]:
    """Return the values of statements that are built once, of which attempt they are."""
    return {"this_job": key.job_id, "this_generation": key.generation}


def is_attempt(key: JobKey, *states: JobState) -> tuple[ColumnElement[bool], ...]:
    """Guard a write: a job, its generation, and the states that it may be in."""
    return JobRow.id == key.job_id, JobRow.generation == key.generation, is_in(*states)


def state_values(states: Iterable[JobState]) -> list[str]:
    """Return the codes of states."""
    return [state.value for state in states]


def _as_dict(mapping: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if mapping is None else dict(mapping)

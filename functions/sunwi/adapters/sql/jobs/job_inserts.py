"""New jobs, ten thousand in a second or two."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, TypeDecorator, cast, column, func, insert, literal, select

from sunwi.adapters.sql.jobs.job_rows import JOB_COLUMNS, job_values
from sunwi.adapters.sql.tables import JobRow
from sunwi.domain.job import Job

#: Jobs per statement on PostgreSQL, so that no statement is of many megabytes.
_JOBS_PER_STATEMENT = 2_000

_DECORATED = tuple((one.name, one.type) for one in JOB_COLUMNS if isinstance(one.type, TypeDecorator))


def insert_jobs(connection: Connection, jobs: Sequence[Job]) -> None:
    """Store jobs in as few statements as each database takes quickly.

    PostgreSQL reads them out of one JSON array: as a parameter for each value they would cost three times as long.
    """
    if not jobs:
        return
    if connection.dialect.name == "sqlite":
        # RETURNING makes SQLAlchemy write many rows into one statement, as many as its parameters allow.
        connection.execute(insert(JobRow).returning(JobRow.id), [job_values(job) for job in jobs]).all()
        return
    for start in range(0, len(jobs), _JOBS_PER_STATEMENT):
        part = [dict(_bound(connection, job)) for job in jobs[start : start + _JOBS_PER_STATEMENT]]
        _insert_as_json(connection, json.dumps(part, default=datetime.isoformat))


def _bound(connection: Connection, job: Job) -> Iterator[tuple[str, Any]]:
    """Yield a row's values as its columns store them; a name that is left out is NULL."""
    values = job_values(job)
    for name, kind in _DECORATED:
        values[name] = kind.process_bind_param(values[name], connection.dialect)
    return ((name, value) for name, value in values.items() if value is not None)


def _insert_as_json(connection: Connection, rows: str) -> None:
    names = [one.name for one in JOB_COLUMNS]
    columns = [column(one.name, one.type) for one in JOB_COLUMNS]
    array = func.json_to_recordset(cast(literal(rows), JSON))
    found = array.table_valued(*columns, name="new").render_derived(with_types=True)
    connection.execute(insert(JobRow).from_select(names, select(*(found.c[name] for name in names))))

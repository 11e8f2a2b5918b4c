"""New jobs, ten thousand in a second or two."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Text, TypeDecorator, cast, column, func, insert, literal, select

from sunwi.adapters.sql.jobs.job_rows import JOB_COLUMNS, job_values
from sunwi.adapters.sql.tables import JobRow
from sunwi.domain.job import Job

#: Jobs per statement on PostgreSQL, so that no statement is of many megabytes.
_JOBS_PER_STATEMENT = 2_000

_DOCUMENTS = frozenset(one.name for one in JOB_COLUMNS if isinstance(one.type, JSON))
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
    """Yield a row's values as its columns store them; a name that is left out is NULL.

    What is JSON itself stands in the array as text: PostgreSQL refuses some letters when it takes JSON apart, and none
    when it stores it.
    """
    values = job_values(job)
    for name, kind in _DECORATED:
        values[name] = kind.process_bind_param(values[name], connection.dialect)
    for name, value in values.items():
        if value is not None:
            yield name, json.dumps(value) if name in _DOCUMENTS else value


def _insert_as_json(connection: Connection, rows: str) -> None:
    columns = [column(one.name, Text() if one.name in _DOCUMENTS else one.type) for one in JOB_COLUMNS]
    array = func.json_to_recordset(cast(literal(rows), JSON))
    found = array.table_valued(*columns, name="new").render_derived(with_types=True)
    selected = [cast(one, JSON) if one.name in _DOCUMENTS else one for one in found.c]
    connection.execute(insert(JobRow).from_select([one.name for one in JOB_COLUMNS], select(*selected)))

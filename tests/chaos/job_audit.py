"""Count what a fault has cost jobs, from tables and S3 alone: nothing of the engine is imported."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, bindparam, text

from tests.chaos.audit import Row

_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")
_BUSY = ("QUEUED", "RUNNING")
_JOBS = """
SELECT id, work, params, state, generation, attempts, checkpoint, result, failure_code, finished_at
FROM job WHERE id IN :ids
"""
_ATTEMPTS = "SELECT job_id, generation, started_at, finished_at, outcome FROM job_attempt WHERE job_id IN :ids"
_EFFECTS = "SELECT job_id, chunk FROM chaos_effect WHERE job_id IN :ids"
_RUNS = "SELECT id AS run_id, request_id FROM run WHERE request_id IS NOT NULL"
_CHUNK = re.compile(r"results/(?P<job>[^/]+)/(?:.*/)?chunk-(?P<chunk>\d+)\.txt")
#: Of a kind whose effects are chunks, and of a bulk action that measures.
_CHUNKS, _MEASURE = "chunks", "bulk_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobBooks:
    """Where everything is written that can be counted.

    Attributes:
        bucket: Of the files of jobs.
        machine_arn: Of the state machine of jobs.
    """

    engine: Engine
    s3: Any
    bucket: str
    states: Any
    machine_arn: str

    def rows(self, sql: str, ids: Sequence[str]) -> list[Any]:
        """Return rows of some jobs."""
        with self.engine.connect() as connection:
            statement = text(sql)
            if ":ids" in sql:
                return list(connection.execute(statement.bindparams(bindparam("ids", list(ids), expanding=True))))
            return list(connection.execute(statement))

    def keys(self) -> list[str]:
        """Return the names of all files."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def live(self) -> set[str]:
        """Return the names of the executions that run."""
        pages = self.states.get_paginator("list_executions")
        found = pages.paginate(stateMachineArn=self.machine_arn, statusFilter="RUNNING")
        return {execution["name"] for page in found for execution in page["executions"]}

    def slots_held_for_nothing(self) -> int:
        """Count admitted jobs, of whatever row, whose execution does not run."""
        live = self.live()
        busy = self.rows("SELECT id, generation FROM job WHERE state IN ('QUEUED', 'RUNNING')", ())
        return sum(f"{row.id}-{row.generation}" not in live for row in busy)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the books say of a row's jobs."""

    jobs: Mapping[str, Any]
    attempts: Sequence[Any]
    rows: Counter[tuple[str, int]]
    objects: Counter[tuple[str, int]]
    keys: frozenset[str]
    runs: Mapping[str, Sequence[str]]


def audit_jobs(
    books: JobBooks,
    fault: str,
    submitted: Sequence[str],
    *,
    kills: Mapping[str, int],
    healed_at: datetime | None = None,
) -> Row:
    """Close the books of a row's jobs.

    Args:
        fault: What was injected.
        submitted: Ids of the jobs that somebody was told are stored.
        kills: Of each job, how often its worker was killed or could not start.
        healed_at: Aware, when the fault was over; None leaves the time to recover out.
    """
    found = _read(books, submitted)
    states = Counter(job.state.lower() for job in found.jobs.values())
    leaked = books.slots_held_for_nothing()
    is_settled = all(job.state in (*_ENDED, "PENDING") for job in found.jobs.values())
    return Row(
        fault=fault,
        happened=", ".join(f"{states[state.lower()]} {state.lower()}" for state in _ENDED if states[state.lower()]),
        lost=sum(_lost(found, submitted)),
        doubled=sum(_doubled(found, kills)),
        false=sum(_false(found)),
        is_balanced=leaked == 0 and is_settled,
        recovery_seconds=None if healed_at is None else _recovery(found, healed_at),
    )


def _read(books: JobBooks, ids: Sequence[str]) -> _Found:
    keys = books.keys()
    chunks = [match for key in keys if (match := _CHUNK.fullmatch(key)) and match["job"] in ids]
    runs: dict[str, list[str]] = {}
    for row in books.rows(_RUNS, ()):
        runs.setdefault(row.request_id.split(":")[1] if ":" in row.request_id else "", []).append(row.run_id)
    return _Found(
        jobs={row.id: row for row in books.rows(_JOBS, ids)},
        attempts=books.rows(_ATTEMPTS, ids),
        rows=Counter((row.job_id, row.chunk) for row in books.rows(_EFFECTS, ids)),
        objects=Counter((match["job"], int(match["chunk"])) for match in chunks),
        keys=frozenset(keys),
        runs=runs,
    )


def _lost(found: _Found, submitted: Sequence[str]) -> Iterator[int]:
    """Count jobs that are not there, or neither ended nor wait; and missing effects of those that succeeded."""
    for job_id in submitted:
        job = found.jobs.get(job_id)
        yield job is None or job.state in _BUSY
        if job is None or job.state != "SUCCEEDED":
            continue
        if job.work == _CHUNKS:
            for chunk in range(1, _json(job.params)["chunks"] + 1):
                yield found.rows[job_id, chunk] < 1
                yield found.objects[job_id, chunk] < 1
        else:
            yield len(found.runs.get(job_id, ())) < 1
        yield (_json(job.result) or {}).get("file") not in found.keys


def _doubled(found: _Found, kills: Mapping[str, int]) -> Iterator[int]:
    """Count effects that were done again, attempts beside each other, and attempts that nobody's kill explains."""
    for counted in (found.rows, found.objects):
        yield from (count - 1 for count in counted.values())
    for job_id, job in found.jobs.items():
        yield max(0, len(found.runs.get(job_id, ())) - 1)
        yield max(0, job.attempts - kills.get(job_id, 0) - 1)
        tries = sorted((one for one in found.attempts if one.job_id == job_id), key=lambda one: one.generation)
        started = [one for one in tries if one.started_at is not None]
        yield max(0, sum(one.finished_at is None for one in started) - 1)
        for one, following in pairwise(started):
            yield one.finished_at is not None and _time(following.started_at) < _time(one.finished_at)


def _false(found: _Found) -> Iterator[int]:
    """Count what is written of a job and is not so."""
    for job_id, job in found.jobs.items():
        rows = sum(count for (owner, _), count in found.rows.items() if owner == job_id)
        if job.work == _CHUNKS:
            yield rows != (_json(job.checkpoint) or {}).get("done", 0)
        if job.state == "SUCCEEDED":
            result = _json(job.result) or {}
            yield job.work == _CHUNKS and result.get("chunks") != _json(job.params)["chunks"]
            yield job.work == _MEASURE and [result.get("run_id")] != list(found.runs.get(job_id, ()))
            yield job.failure_code is not None
        yield job.state == "FAILED" and job.failure_code is None
        yield (job.finished_at is None) == (job.state in _ENDED)
    for one in found.attempts:
        yield one.outcome is None and found.jobs[one.job_id].state in _ENDED


def _recovery(found: _Found, healed_at: datetime) -> float | None:
    ends = [_time(job.finished_at) for job in found.jobs.values() if job.finished_at is not None]
    late = [(end - healed_at).total_seconds() for end in ends if end >= healed_at]
    return max(late, default=None)


def _json(value: Any) -> Any:
    """Read JSON that SQLite returns as text and PostgreSQL as what it is."""
    return json.loads(value) if isinstance(value, str) else value


def _time(value: Any) -> datetime:
    """Read a time that SQLite returns as text without a zone."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)

"""Count what a fault has cost backups, from tables and S3 alone: nothing of what makes them is imported."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tests.chaos.audit import Row
from tests.chaos.job_audit import JobBooks

_JOBS = "SELECT id, state, finished_at FROM job WHERE id IN :ids"
_RECORDS = "SELECT job_id, state, key, sha256, size_bytes FROM backup WHERE job_id IN :ids"
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")
_WHOLE = ".json"
_PREFIX = "backups/"


@dataclass(frozen=True, slots=True)
class _Found:
    """What tables and bucket say.

    Attributes:
        objects: Hash and size of everything under the prefix, by key.
        facts: What stands beside a backup that counts as whole, by the backup's key.
        uploads: Keys of which parts are stored that belong to nothing.
    """

    jobs: Mapping[str, Any]
    records: Sequence[Any]
    objects: Mapping[str, tuple[str, int]]
    facts: Mapping[str, Mapping[str, Any]]
    uploads: Sequence[str]


def audit_backups(books: JobBooks, fault: str, submitted: Sequence[str], *, healed_at: datetime) -> Row:
    """Close the books of a row's backups.

    Lost is a backup that succeeded and is not there whole; doubled, one that counts twice; false, what counts as whole
    and is not. Books that are balanced have neither parts of an upload nor an admitted job left over.

    Args:
        fault: What was injected.
        submitted: Ids of the jobs.
        healed_at: Aware, when the fault was over.
    """
    found = _read(books, submitted)
    states = Counter(job.state.lower() for job in found.jobs.values())
    ends = [_time(job.finished_at) for job in found.jobs.values() if job.finished_at is not None]
    return Row(
        fault=fault,
        happened=", ".join(f"{states[state.lower()]} {state.lower()}" for state in _ENDED if states[state.lower()]),
        lost=sum(_lost(found, submitted)),
        doubled=sum(count - 1 for count in Counter(record.job_id for record in found.records).values()),
        false=sum(_false(found)),
        is_balanced=not found.uploads and books.slots_held_for_nothing() == 0,
        recovery_seconds=max(((end - healed_at).total_seconds() for end in ends if end >= healed_at), default=None),
    )


def _read(books: JobBooks, ids: Sequence[str]) -> _Found:
    keys = sorted(key for key in set(books.keys()) if key.startswith(_PREFIX))
    bodies = {key: books.s3.get_object(Bucket=books.bucket, Key=key)["Body"].read() for key in keys}
    uploads = books.s3.list_multipart_uploads(Bucket=books.bucket).get("Uploads", [])
    return _Found(
        jobs={row.id: row for row in books.rows(_JOBS, ids)},
        records=books.rows(_RECORDS, ids),
        objects={key: (sha256(body).hexdigest(), len(body)) for key, body in bodies.items()},
        facts={key.removesuffix(_WHOLE): json.loads(body) for key, body in bodies.items() if key.endswith(_WHOLE)},
        uploads=[upload["Key"] for upload in uploads],
    )


def _lost(found: _Found, submitted: Sequence[str]) -> Iterator[bool]:
    recorded = {record.job_id: record for record in found.records}
    for job_id in submitted:
        job = found.jobs.get(job_id)
        yield job is None or job.state not in _ENDED
        if job is not None and job.state == "SUCCEEDED":
            record = recorded.get(job_id)
            yield record is None or record.key not in found.facts or record.key not in found.objects


def _false(found: _Found) -> Iterator[bool]:
    for key, facts in found.facts.items():
        yield found.objects.get(key) != (facts["sha256"], facts["size_bytes"])
    for record in found.records:
        if record.state == "good":
            yield found.objects.get(record.key) != (record.sha256, record.size_bytes)


def _time(value: Any) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)

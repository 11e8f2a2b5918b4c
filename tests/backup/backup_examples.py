"""Backups that tests build on."""

from datetime import timedelta
from typing import Any

from sunwi.domain.backup import BACKUP, Backend, BackupFacts, BackupRecord, BackupState
from tests.examples import NIGHT

KEY = "backups/monthly/sunwi_prod_20260102_030000.dump"
#: 03:00 KST of the second of January.
AT = NIGHT + timedelta(hours=2)


def facts_of(**values: Any) -> BackupFacts:
    """A backup of 12 MB."""
    defaults: dict[str, Any] = {
        "key": KEY,
        "backend": Backend.POSTGRESQL,
        "database": "sunwi",
        "environment": "prod",
        "taken_at": AT,
        "size_bytes": 12_345_678,
        "sha256": "ab" * 32,
        "seconds": 41.5,
        "server_major": 17,
        "schema_revision": "0020",
        "counts": {"tables": 25, "entries": 180},
    }
    return BackupFacts(**{**defaults, **values})


def record_of(job_id: str = "job-1", **values: Any) -> BackupRecord:
    """A good backup that ended a minute after it was begun."""
    facts = values.pop("facts", facts_of())
    defaults: dict[str, Any] = {
        "work": BACKUP,
        "state": BackupState.GOOD,
        "ended_at": AT + timedelta(minutes=1),
        "key": KEY if facts is None else facts.key,
        "checked_at": AT + timedelta(minutes=1),
    }
    return BackupRecord(job_id=job_id, facts=facts, **{**defaults, **values})

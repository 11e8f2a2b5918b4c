"""What commands about backups print with `--json`.

Source: docs/backup.md.
"""

from typing import Any

from sunwi.domain.backup import BackupRecord
from sunwi.service.backup.adopt_database import Adoption


def backup_document(record: BackupRecord) -> dict[str, Any]:
    """Write one backup."""
    return {
        "job_id": record.job_id,
        "state": record.state.value,
        "key": record.key,
        "ended_at": record.ended_at.isoformat(),
        "checked_at": None if record.checked_at is None else record.checked_at.isoformat(),
        "warnings": [warning.value for warning in record.warnings],
        "failure_code": record.failure_code,
        "facts": None if record.facts is None else record.facts.as_document(),
    }


def adoption_document(adoption: Adoption, *, dry_run: bool) -> dict[str, Any]:
    """Write what was under way in a restored database."""
    return {
        "dry_run": dry_run,
        "jobs": [
            {"job_id": job.job_id, "work": job.work, "before": job.before.value, "after": job.after.value}
            for job in adoption.jobs
        ],
        "runs": list(adoption.runs),
        "workers": adoption.workers,
        "notices": adoption.notices,
        "sessions": adoption.sessions,
    }

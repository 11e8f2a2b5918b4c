"""The notice of how a backup, a verification or a restore ended."""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.backup import BackupRecord, BackupState
from sunwi.domain.job import JobFailure
from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind


def notice_of(record: BackupRecord, *, environment: str, failure: JobFailure | None = None) -> NewNotice:
    """Write the notice of an end; the same end has the same notice.

    Args:
        record: What became of the job.
        environment: Name of the deployment.
        failure: Why it failed; None of what did not.
    """
    return NewNotice(
        kind=NoticeKind.BACKUP,
        audience=SYSTEM_AUDIENCE,
        dedupe_key=f"{record.work}:{record.job_id}:{record.state}:{record.ended_at.isoformat()}",
        content=_content(record, environment, failure),
        is_urgent=record.state is not BackupState.GOOD,
    )


def _content(record: BackupRecord, environment: str, failure: JobFailure | None) -> Mapping[str, Any]:
    return {
        "work": record.work,
        "state": record.state.value,
        "environment": environment,
        "job_id": record.job_id,
        "ended_at": record.ended_at.isoformat(),
        "key": record.key,
        "into": record.into,
        "facts": None if record.facts is None else record.facts.as_document(),
        "warnings": [warning.value for warning in record.warnings],
        "failure": None if failure is None else {"code": failure.code, "fields": dict(failure.fields)},
    }

"""Record backups, verifications and restores that failed, and tell of them: whatever ended them."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from sunwi.domain.backup import WORKS, BackupRecord, BackupState
from sunwi.domain.job import Job
from sunwi.service.backup.tell_end import notice_of
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: What ended longer ago is not told of any more.
_SINCE = timedelta(days=3)
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailures:
    """Look for ends that nobody has recorded: a worker that was killed records none, nor one that timed out.

    Attributes:
        environment: Name of the deployment.
        post: Puts notices into the outbox.
    """

    store: Store
    clock: Clock
    environment: str
    post: PostNotices = post_notices

    def record(self) -> int:
        """Record them, each with its notice in one transaction; twice is once.

        Returns:
            The number of those that were found.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            failed = tx.backups.unrecorded_failures(WORKS, since=self.clock.now() - _SINCE, limit=_MOST)
        for job in failed:
            retry_conflicts(self._record)(job)
        return len(failed)

    def _record(self, job: Job) -> None:
        now = self.clock.now()
        code = None if job.failure is None else job.failure.code
        record = BackupRecord(
            job_id=job.id,
            work=job.work,
            state=BackupState.FAILED,
            ended_at=job.finished_at or now,
            key=job.params.get("key"),
            into=job.params.get("into"),
            failure_code=code,
        )
        with self.store.begin() as tx:
            tx.backups.record(record)
            self.post(tx, [notice_of(record, environment=self.environment, failure=job.failure)], at=now)
        log.error("backup_failed", job_id=job.id, work=job.work, code=code)

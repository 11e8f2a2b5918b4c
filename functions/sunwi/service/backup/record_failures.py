"""Record backups, verifications and restores that failed, and tell of them: whatever ended them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from sunwi.domain.alarm import Alarm
from sunwi.domain.backup import WORKS, BackupRecord, BackupState
from sunwi.domain.job import Job, JobFailure, JobState
from sunwi.domain.notice import NewNotice
from sunwi.errors import Retryable
from sunwi.service.backup.tell_end import notice_of
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.ports.watchdog import AlarmChannel

log = structlog.get_logger()

#: What ended longer ago is not told of any more.
_SINCE = timedelta(days=3)
_MOST = 100
#: What a person has ended has no failure of its own.
_CANCELLED = JobFailure("backup_cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailures:
    """Look for ends that nobody has recorded: a worker that was killed records none, nor one that timed out.

    Attributes:
        environment: Name of the deployment.
        alarms: Whoever listens to alarms, without channel or notifier; None raises none.
        alarm_of: Puts a notice of a failure in the words of an alarm.
        post: Puts notices into the outbox.
    """

    store: Store
    clock: Clock
    environment: str
    alarms: AlarmChannel | None
    alarm_of: Callable[[NewNotice], Alarm]
    post: PostNotices = post_notices

    def record(self) -> int:
        """Record them, each once it was told.

        The notice first, then the alarm, then the record: what fails is made up for by a later minute, and the notice
        is stored once.

        Returns:
            The number of those that were found.

        Raises:
            Retryable: Some alarm could not be raised, or the database cannot be reached.
        """
        with self.store.read() as tx:
            failed = tx.backups.unrecorded_failures(WORKS, since=self.clock.now() - _SINCE, limit=_MOST)
        unraised: Retryable | None = None
        for job in failed:
            try:
                self._tell_and_record(job)
            except Retryable as error:
                unraised = error
        if unraised is not None:
            raise unraised
        return len(failed)

    def _tell_and_record(self, job: Job) -> None:
        failure = _CANCELLED if job.state is JobState.CANCELLED else job.failure
        record = BackupRecord(
            job_id=job.id,
            work=job.work,
            state=BackupState.FAILED,
            ended_at=job.finished_at or self.clock.now(),
            key=job.params.get("key"),
            into=job.params.get("into"),
            failure_code=None if failure is None else failure.code,
        )
        notice = notice_of(record, environment=self.environment, failure=failure)
        retry_conflicts(self._post)(notice)
        if self.alarms is not None:
            self.alarms.raise_alarm(self.alarm_of(notice))
        retry_conflicts(self._record)(record)
        log.error("backup_failed", job_id=job.id, work=job.work, code=record.failure_code)

    def _post(self, notice: NewNotice) -> None:
        with self.store.begin() as tx:
            self.post(tx, [notice], at=self.clock.now())

    def _record(self, record: BackupRecord) -> None:
        with self.store.begin() as tx:
            tx.backups.record(record)

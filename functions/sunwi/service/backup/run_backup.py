"""Make a backup: dump the database into the bucket, read it back whole, and only then write down that there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from sunwi.domain.backup import (
    BACKUP,
    BackupFacts,
    BackupRecord,
    BackupState,
    backup_key,
    find_warnings,
    start_of_month,
)
from sunwi.domain.job import Job, JobState
from sunwi.errors import Permanent, Postponed, Retryable
from sunwi.service.backup.measured_stream import MeasuredStream
from sunwi.service.backup.tell_end import notice_of
from sunwi.service.backup.watch_bytes import WatchBytes
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.kept.backups import BackupFiles, DatabaseNow, DumpContents, Dumps
from sunwi.service.ports.outside import Store, Transaction

log = structlog.get_logger()

#: Longer than clocks are apart.
_A_WHILE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBackup:
    """Does the work of a backup; what is half stored is taken back, whatever ends it.

    Attributes:
        environment: Name of the deployment; it stands in the backup's.
        post: Puts its notice into the outbox.
    """

    store: Store
    dumps: Dumps
    files: BackupFiles
    environment: str
    post: PostNotices = post_notices

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Make one.

        Returns:
            What is known of it.

        Raises:
            ConfigurationError: The server is newer than the programs, or its login may not read everything.
            Postponed: Another backup is under way: this one comes after it.
            Retryable: Database or bucket could not be reached, or refused, or the time was over.
            JobCancelled: Somebody asked to stop.
            AttemptLost: It is not this attempt's any more.
        """
        started, taken_at = running.clock.monotonic(), running.clock.now()
        running.progress(1, step="prepare", message="데이터베이스를 확인하는 중")
        self._require_turn(running.job, taken_at)
        found = self.dumps.describe()
        previous, key = self._previous(found), self._choose_key(found, taken_at)
        sent = self._send(running, key, previous)
        contents = self._read_back(running, key, sent)
        facts = BackupFacts(
            key=key,
            backend=found.backend,
            database=found.database,
            environment=self.environment,
            taken_at=taken_at,
            size_bytes=sent.size_bytes,
            sha256=sent.sha256,
            seconds=round(running.clock.monotonic() - started, 1),
            server_major=found.server_major,
            schema_revision=found.schema_revision,
            counts={"tables": contents.tables, "entries": contents.entries},
        )
        self.files.put_facts(facts)
        return self._end(running, facts, previous)

    def _require_turn(self, job: Job, at: datetime) -> None:
        """Let one backup run at a time: two of one second would have one name.

        Raises:
            Postponed: Another one has begun before.
        """
        with self.store.read() as tx:
            admitted = tx.job_queue.admitted_before(at + _A_WHILE)
        running = [other for other in admitted if other.work == BACKUP and other.state is JobState.RUNNING]
        first = min(running, key=lambda other: (other.started_at or at, other.id), default=job)
        if first.id != job.id:
            raise Postponed(
                f"the backup {first.id} is under way: this one comes after it",
                code="backup_under_way",
                job_id=first.id,
            )

    def _previous(self, found: DatabaseNow) -> BackupFacts | None:
        with self.store.read() as tx:
            record = tx.backups.latest(found.backend, found.database)
        return None if record is None else record.facts

    def _choose_key(self, found: DatabaseNow, at: datetime) -> str:
        with self.store.read() as tx:
            has_monthly = tx.backups.has_monthly(found.backend, found.database, since=start_of_month(at))
        return backup_key(
            found.backend, database=found.database, environment=self.environment, at=at, has_monthly=has_monthly
        )

    def _send(self, running: RunningJob, key: str, previous: BackupFacts | None) -> MeasuredStream:
        expected = None if previous is None else previous.size_bytes
        watch = WatchBytes(
            running=running, step="dump", what="백업을 저장하는 중", first=3, last=70, expected_bytes=expected
        )
        watch(0)
        with self.dumps.dump(watch) as dump:
            sent = MeasuredStream(dump)
            self.files.put(key, sent)
        log.info("backup_stored", job_id=running.job.id, key=key, size_bytes=sent.size_bytes)
        return sent

    def _read_back(self, running: RunningJob, key: str, sent: MeasuredStream) -> DumpContents:
        """Read the stored backup to its end, and compare every byte.

        Raises:
            Retryable: It is something else than what was sent: it does not count.
        """
        watch = WatchBytes(
            running=running,
            step="verify",
            what="저장한 백업을 다시 읽는 중",
            first=70,
            last=98,
            expected_bytes=sent.size_bytes,
        )
        watch(0)
        with self.files.open(key) as stored:
            read = MeasuredStream(stored)
            try:
                contents = self.dumps.inspect(read, watch)
            except Permanent as error:
                raise Retryable(
                    f"the backup {key} cannot be read as one: {error}", code="backup_unreadable", key=key
                ) from error
        if (read.size_bytes, read.sha256) != (sent.size_bytes, sent.sha256):
            raise Retryable(
                f"the backup {key} is not what was stored: {read.size_bytes} bytes of {sent.size_bytes}, or others",
                code="backup_differs",
                key=key,
                read=read.size_bytes,
                sent=sent.size_bytes,
            )
        return contents

    def _end(self, running: RunningJob, facts: BackupFacts, previous: BackupFacts | None) -> Mapping[str, Any]:
        now = running.clock.now()
        record = BackupRecord(
            job_id=running.job.id,
            work=BACKUP,
            state=BackupState.GOOD,
            ended_at=now,
            key=facts.key,
            facts=facts,
            warnings=find_warnings(facts, previous),
            checked_at=now,
        )

        def save(tx: Transaction) -> None:
            tx.backups.record(record)
            self.post(tx, [notice_of(record, environment=self.environment)], at=now)

        running.save_at_end(save)
        return {**facts.as_document(), "warnings": [warning.value for warning in record.warnings]}

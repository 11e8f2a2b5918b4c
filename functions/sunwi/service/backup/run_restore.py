"""Restore a backup into an empty database on the same server, all of it or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from sunwi.domain.backup import RESTORE, BackupFacts, BackupRecord, BackupState
from sunwi.domain.typed_text import quote
from sunwi.errors import Conflict, Permanent
from sunwi.service.backup.kinds import RestoreParams
from sunwi.service.backup.measured_stream import MeasuredStream
from sunwi.service.backup.run_verify import require_whole
from sunwi.service.backup.tell_end import notice_of
from sunwi.service.backup.watch_bytes import WatchBytes
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.kept.backups import BackupFiles, DatabaseNow, Dumps, RestoreTarget
from sunwi.service.ports.outside import Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRestore:
    """Does the work of a restore.

    Attributes:
        knows_revision: Whether this release has a revision of the schema.
        environment: Name of the deployment.
        post: Puts its notice into the outbox.
    """

    dumps: Dumps
    files: BackupFiles
    knows_revision: Callable[[str], bool]
    environment: str
    post: PostNotices = post_notices

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Restore one.

        Returns:
            What is known of it, and the database that it is in now.

        Raises:
            InvalidInput: There is no such backup or database, or they do not fit each other.
            Permanent: It is not what was stored, or the database refuses what is in it; nothing is kept.
            Retryable: Bucket or database cannot be reached, or the time was over; nothing is kept.
            JobCancelled: Somebody asked to stop; nothing is kept.
            AttemptLost: It is not this attempt's any more.
        """
        params = parse_params(RestoreParams, running.job.params)
        running.progress(1, step="prepare", message="백업과 데이터베이스를 확인하는 중")
        facts = self.files.facts(params.key)
        self._check(facts, self.dumps.describe(), params.into)
        self._restore(running, facts, params.into)
        running.progress(97, step="compare", message="복원한 데이터베이스를 확인하는 중")
        self._compare(facts, self.dumps.target(params.into), params.into)
        now = running.clock.now()
        record = BackupRecord(
            job_id=running.job.id,
            work=RESTORE,
            state=BackupState.GOOD,
            ended_at=now,
            key=facts.key,
            facts=facts,
            into=params.into,
        )

        def save(tx: Transaction) -> None:
            tx.backups.record(record)
            self.post(tx, [notice_of(record, environment=self.environment)], at=now)

        running.save_at_end(save)
        return {**facts.as_document(), "into": params.into}

    def _check(self, facts: BackupFacts, found: DatabaseNow, into: str) -> None:
        """Refuse what would fail half-way, or mix two databases.

        Raises:
            Conflict: Backup and database do not fit each other.
        """
        if found.backend is not facts.backend:
            raise Conflict(
                f"the backup {facts.key} is of {facts.backend}, and the database here is {found.backend}",
                code="restore_of_other_backend",
                key=facts.key,
                backend=facts.backend.value,
                found=found.backend.value,
            )
        target = self.dumps.target(into)
        if not target.is_empty:
            raise Conflict(
                f"the database {quote(into)} is not empty: a backup is restored into an empty one only, create another",
                code="restore_not_empty",
                into=into,
            )
        if target.server_major != facts.server_major:
            raise Conflict(
                f"the backup {facts.key} is of PostgreSQL {facts.server_major}, and the server here is "
                f"{target.server_major}: restore it into a server of its own major version",
                code="restore_of_other_major",
                key=facts.key,
                major=facts.server_major,
                found=target.server_major,
            )
        revision = facts.schema_revision
        if revision is not None and not self.knows_revision(revision):
            raise Conflict(
                f"the backup {facts.key} has schema {revision}, which this release does not know: use a later one",
                code="restore_of_later_schema",
                key=facts.key,
                revision=revision,
            )

    def _restore(self, running: RunningJob, facts: BackupFacts, into: str) -> None:
        watch = WatchBytes(
            running=running,
            step="restore",
            what="복원하는 중",
            first=3,
            last=96,
            expected_bytes=facts.size_bytes,
        )
        with self.files.open(facts.key) as stored:
            read = MeasuredStream(stored)
            self.dumps.restore(read, into, watch, approve=lambda: require_whole(read, facts))
        log.info("backup_restored", job_id=running.job.id, key=facts.key, into=into)

    @staticmethod
    def _compare(facts: BackupFacts, target: RestoreTarget, into: str) -> None:
        if target.schema_revision != facts.schema_revision:
            raise Permanent(
                f"the database {into} has schema {target.schema_revision} after the restore, and the backup has "
                f"{facts.schema_revision}",
                code="restore_differs",
                into=into,
                found=target.schema_revision,
                revision=facts.schema_revision,
            )

"""Read a stored backup to its end, and compare it with what was written down of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sunwi.domain.backup import VERIFY, BackupFacts, BackupRecord, BackupState
from sunwi.errors import Permanent
from sunwi.service.backup.kinds import VerifyParams
from sunwi.service.backup.measured_stream import MeasuredStream
from sunwi.service.backup.tell_end import notice_of
from sunwi.service.backup.watch_bytes import WatchBytes
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.kept.backups import BackupFiles, DumpContents, Dumps
from sunwi.service.ports.outside import Store, Transaction

#: Of what was read and is not the backup.
_BROKEN_CODES = frozenset({"backup_broken", "dump_unreadable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunVerify:
    """Does the work of a verification.

    Attributes:
        environment: Name of the deployment.
        post: Puts its notice into the outbox.
    """

    store: Store
    dumps: Dumps
    files: BackupFiles
    environment: str
    post: PostNotices = post_notices

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Read one.

        Returns:
            What is known of it.

        Raises:
            InvalidInput: There is no such backup.
            Permanent: It is no longer what was stored, or this role may not read it.
            Retryable: The bucket cannot be reached, or the time was over.
            JobCancelled: Somebody asked to stop.
            AttemptLost: It is not this attempt's any more.
        """
        running.progress(1, step="prepare", message="백업을 찾는 중")
        facts = self.files.facts(parse_params(VerifyParams, running.job.params).key)
        try:
            self._read(running, facts)
        except Permanent as error:
            # Any other says nothing of the bytes: they could not be read.
            if error.code in _BROKEN_CODES:
                self._mark(running, facts, BackupState.BROKEN)
            raise
        now = running.clock.now()
        record = BackupRecord(
            job_id=running.job.id,
            work=VERIFY,
            state=BackupState.GOOD,
            ended_at=now,
            key=facts.key,
            facts=facts,
            checked_at=now,
        )

        def save(tx: Transaction) -> None:
            tx.backups.record(record)
            tx.backups.set_state(facts.key, BackupState.GOOD, at=now)
            self.post(tx, [notice_of(record, environment=self.environment)], at=now)

        running.save_at_end(save)
        return facts.as_document()

    def _read(self, running: RunningJob, facts: BackupFacts) -> DumpContents:
        watch = WatchBytes(
            running=running,
            step="verify",
            what="백업을 읽는 중",
            first=3,
            last=98,
            expected_bytes=facts.size_bytes,
        )
        with self.files.open(facts.key) as stored:
            read = MeasuredStream(stored)
            contents = self.dumps.inspect(read, watch)
        require_whole(read, facts)
        return contents

    def _mark(self, running: RunningJob, facts: BackupFacts, state: BackupState) -> None:
        with self.store.begin() as tx:
            tx.backups.set_state(facts.key, state, at=running.clock.now())


def require_whole(read: MeasuredStream, facts: BackupFacts) -> None:
    """Require that what was read is the backup.

    Raises:
        Permanent: It is not.
    """
    if not read.is_whole(facts):
        raise Permanent(
            f"the backup {facts.key} is not what was stored: {read.size_bytes} bytes of {facts.size_bytes}, or others",
            code="backup_broken",
            key=facts.key,
            read=read.size_bytes,
            stored=facts.size_bytes,
        )

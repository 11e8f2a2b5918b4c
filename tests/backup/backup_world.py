"""Backups as a worker runs them, on a real store, with the dump, the bucket and the outbox in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.backup import BACKUP, RESTORE, VERIFY, BackupRecord
from sunwi.domain.job import Job, JobState
from sunwi.domain.notice import NewNotice
from sunwi.service.backup.kinds import BACKUP_WORK, RESTORE_WORK, VERIFY_WORK
from sunwi.service.backup.record_failures import RecordFailures
from sunwi.service.backup.run_backup import RunBackup
from sunwi.service.backup.run_restore import RunRestore
from sunwi.service.backup.run_verify import RunVerify
from sunwi.service.jobs.run_attempt import RunAttempt
from sunwi.service.jobs.tick import Tick
from sunwi.service.ports.outside import Transaction
from sunwi.testing import InMemoryAlarmChannel
from sunwi.testing.backups import InMemoryBackupFiles, InMemoryDumps
from sunwi.testing.clock import ManualClock
from sunwi.wording.notices.backup_text import backup_alarm
from tests.backup.backup_examples import AT
from tests.job_world import KINDS, JobWorld

WORKS = (BACKUP_WORK, VERIFY_WORK, RESTORE_WORK)


@dataclass
class Outbox:
    """Notices by their dedupe key: the same news is stored once.

    Attributes:
        posts: How often something was posted.
    """

    notices: dict[str, NewNotice] = field(default_factory=dict)
    posts: int = 0

    def post(self, tx: Transaction, notices: Sequence[NewNotice], *, at: datetime) -> int:
        """Take them, in place of `post_notices`."""
        assert tx is not None
        assert at.tzinfo is not None
        new = {notice.dedupe_key: notice for notice in notices if notice.dedupe_key not in self.notices}
        self.notices |= new
        self.posts += len(notices)
        return len(new)

    @property
    def ends(self) -> list[tuple[str, str]]:
        """Work and state of each."""
        return [(notice.content["work"], notice.content["state"]) for notice in self.notices.values()]


@dataclass
class BackupWorld:
    """Workers of backups, at 03:00 KST."""

    world: JobWorld
    dumps: Any = field(default_factory=InMemoryDumps)
    files: Any = field(default_factory=InMemoryBackupFiles)
    outbox: Outbox = field(default_factory=Outbox)
    alarms: InMemoryAlarmChannel = field(default_factory=InMemoryAlarmChannel)

    @classmethod
    def on(cls, store: SqlStore, **more: Any) -> "BackupWorld":
        """Open one on a fresh database."""
        return cls(JobWorld(store, clock=ManualClock(AT), kinds=(*KINDS, *WORKS)), **more)

    @property
    def clock(self) -> ManualClock:
        return self.world.clock

    @property
    def run_backup(self) -> RunBackup:
        return RunBackup(
            store=self.world.store, dumps=self.dumps, files=self.files, environment="prod", post=self.outbox.post
        )

    @property
    def run_verify(self) -> RunVerify:
        return RunVerify(
            store=self.world.store, dumps=self.dumps, files=self.files, environment="prod", post=self.outbox.post
        )

    @property
    def run_restore(self) -> RunRestore:
        return RunRestore(
            dumps=self.dumps,
            files=self.files,
            knows_revision=SqlSchema.knows,
            environment="prod",
            post=self.outbox.post,
        )

    @property
    def record_failures(self) -> RecordFailures:
        world = self.world
        return RecordFailures(
            store=world.store,
            clock=world.clock,
            environment="prod",
            alarms=self.alarms,
            alarm_of=lambda notice: backup_alarm(notice.content, remedy="다시 하세요"),
            post=self.outbox.post,
        )

    @property
    def tick(self) -> Tick:
        return replace(self.world.tick, others=(("record_failed_backups", self.record_failures.record),))

    def worker(self) -> RunAttempt:
        runners = {BACKUP: lambda: self.run_backup, VERIFY: lambda: self.run_verify, RESTORE: lambda: self.run_restore}
        return replace(self.world.worker(), runners=runners)  # type: ignore[arg-type]  # each is a runner

    def submit(self, work: str = BACKUP, **params: Any) -> str:
        return self.world.submit(work, params=params)

    def attempt(self, job_id: str, **more: Any) -> str:
        """Admit a job, run one attempt of it, and let a minute be over."""
        self.tick.tick()
        outcome = self.world.run(job_id, worker=self.worker(), **more)
        self.tick.tick()
        return outcome

    def do(self, work: str = BACKUP, **params: Any) -> Job:
        """Submit a job, and run attempts until it has ended, as long as it waits in between."""
        job_id = self.submit(work, **params)
        while not (job := self.world.job(job_id)).state.is_ended:
            if job.state is JobState.PENDING:
                self.clock.at = max(self.clock.at, job.not_before)
            self.attempt(job_id)
        return job

    def records(self) -> Sequence[BackupRecord]:
        with self.world.store.read() as tx:
            return tx.backups.list(100)

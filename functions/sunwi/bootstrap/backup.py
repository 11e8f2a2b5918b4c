"""What makes, reads again and restores backups, and adopts a database that was restored."""

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.notices import NoticeContainer
from sunwi.domain.backup import Backend
from sunwi.errors import SunwiError
from sunwi.service.backup.list_backups import ListBackups
from sunwi.service.backup.record_failures import RecordFailures
from sunwi.service.notices.post_notices import PostNotices, post_notices

if TYPE_CHECKING:
    from sunwi.domain.alarm import Alarm
    from sunwi.domain.notice import NewNotice
    from sunwi.service.backup.adopt_database import AdoptDatabase
    from sunwi.service.backup.run_backup import RunBackup
    from sunwi.service.backup.run_restore import RunRestore
    from sunwi.service.backup.run_verify import RunVerify
    from sunwi.service.ports.kept.backups import BackupFiles, Dumps


class BackupContainer(Capability):
    """Backups; what the tender does not need each minute is imported when it is asked for."""

    @cached_property
    def dumps(self) -> "Dumps":
        """Reads and fills databases, by the kind that there is."""
        adapters = self.adapters
        if adapters.engine.url.get_backend_name() == Backend.SQLITE:
            from sunwi.adapters.sql.dumps.sqlite_dumps import SqliteDumps

            return SqliteDumps(adapters.engine)
        from sunwi.adapters.sql.dumps.client_programs import find_client_programs
        from sunwi.adapters.sql.dumps.postgres_dumps import PostgresDumps

        return PostgresDumps(
            engine=adapters.engine, access=adapters.database_access, find_programs=find_client_programs
        )

    @cached_property
    def files(self) -> "BackupFiles":
        """Keeps backups."""
        from sunwi.adapters.aws.backup_files import S3BackupFiles

        return S3BackupFiles(self.adapters.aws_client("s3"), self.adapters.settings.require("files_bucket"))

    @cached_property
    def post(self) -> PostNotices:
        """Puts notices into the outbox."""
        return post_notices

    @cached_property
    def run_backup(self) -> "RunBackup":
        """Does the work of a backup."""
        from sunwi.service.backup.run_backup import RunBackup

        return RunBackup(
            store=self.adapters.store,
            dumps=self.dumps,
            files=self.files,
            environment=self.adapters.settings.environment_name,
            post=self.post,
        )

    @cached_property
    def run_verify(self) -> "RunVerify":
        """Does the work of a verification."""
        from sunwi.service.backup.run_verify import RunVerify

        return RunVerify(
            store=self.adapters.store,
            dumps=self.dumps,
            files=self.files,
            environment=self.adapters.settings.environment_name,
            post=self.post,
        )

    @cached_property
    def run_restore(self) -> "RunRestore":
        """Does the work of a restore."""
        from sunwi.adapters.sql.connection.migrations import SqlSchema
        from sunwi.service.backup.run_restore import RunRestore

        return RunRestore(
            dumps=self.dumps,
            files=self.files,
            knows_revision=SqlSchema.knows,
            environment=self.adapters.settings.environment_name,
            post=self.post,
        )

    @cached_property
    def list_backups(self) -> ListBackups:
        """Lists backups."""
        return ListBackups(self.adapters.store)

    @cached_property
    def record_failures(self) -> RecordFailures:
        """Records and tells of what failed."""
        adapters = self.adapters
        return RecordFailures(
            store=adapters.store,
            clock=adapters.clock,
            environment=adapters.settings.environment_name,
            alarms=adapters.compose(NoticeContainer).notice_alarms,
            alarm_of=_alarm_of,
            post=self.post,
        )

    @cached_property
    def adopt_database(self) -> "AdoptDatabase":
        """Adopts a restored database; a command's output is no place for metrics."""
        from sunwi.service.backup.adopt_database import AdoptDatabase
        from sunwi.service.runs.close_run import CloseRun

        store, clock = self.adapters.store, self.adapters.clock
        return AdoptDatabase(store=store, clock=clock, close_run=CloseRun(store=store, clock=clock))


def _alarm_of(notice: "NewNotice") -> "Alarm":
    from sunwi.adapters.aws.alarm_remedies import BACKUP_REMEDY
    from sunwi.wording.notices.backup_text import backup_alarm

    return backup_alarm(notice.content, remedy=BACKUP_REMEDY)


def take_over() -> int:
    """Bring a restored database to this release's schema, adopt it, and print what was under way as JSON.

    For the image, which has no command line: `python3 -m sunwi.bootstrap.backup`. What was done stays, and doing it
    again goes on.

    Returns:
        The exit code: 1 when the database cannot be reached, or somebody works on it.
    """
    from sunwi.adapters.sql.connection.migrations import upgrade_schema
    from sunwi.observability import configure_logging, dump_json
    from sunwi.wording.backup.backup_documents import adoption_document

    configure_logging("WARNING", stream=sys.stderr)
    try:
        container = BackupContainer.bootstrap()
        upgrade_schema(container.adapters.engine)
        adoption = container.adopt_database.adopt()
    except SunwiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(dump_json(adoption_document(adoption, dry_run=False), sys.stdout, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(take_over())

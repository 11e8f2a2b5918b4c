"""What moves old rows to files and back, and deletes what has expired."""

from datetime import timedelta
from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.domain.archive import KeptBy
from sunwi.service.archive.archive_lease import ArchiveLease
from sunwi.service.archive.cleaning.expiring import Keeping
from sunwi.service.archive.cleaning.run_cleanup import RunCleanup
from sunwi.service.archive.empty_part import EmptyPart
from sunwi.service.archive.list_archive import ListArchive
from sunwi.service.archive.move_contents import MoveContents
from sunwi.service.archive.read_content import ReadContent
from sunwi.service.archive.restore_month import RestoreMonth
from sunwi.service.archive.rewrite_part import RewritePart
from sunwi.service.archive.run_archive import ArchiveParts, RunArchive
from sunwi.service.archive.settle_parts import SettleParts
from sunwi.service.archive.show_archive import ShowArchive
from sunwi.service.archive.walk_rows import WalkRows
from sunwi.service.archive.write_part import WritePart


class ArchiveContainer(Capability):
    """The archive, and the clean-up."""

    @cached_property
    def lease(self) -> ArchiveLease:
        """Has one at a time write the archive."""
        return ArchiveLease(self.adapters.store, self.adapters.clock)

    @cached_property
    def rewrite_part(self) -> RewritePart:
        """Writes parts anew."""
        return RewritePart(self.adapters.archive_files)

    @cached_property
    def run_archive(self) -> RunArchive:
        """Does the work of an archive job; the bucket is opened when one runs."""
        settings = self.adapters.settings
        kept_days = {
            KeptBy.ARCHIVE_AFTER_DAYS: settings.archive_after_days,
            KeptBy.JOB_HISTORY_DAYS: settings.job_history_days,
        }
        return RunArchive(store=self.adapters.store, lease=self.lease, open_parts=self._parts, kept_days=kept_days)

    def _parts(self) -> ArchiveParts:
        store, files, clock = self.adapters.store, self.adapters.archive_files, self.adapters.clock
        empty_part = EmptyPart(files=files, clock=clock, rewrite_part=self.rewrite_part)
        write_part = WritePart(store=store, files=files, clock=clock, empty_part=empty_part)
        return ArchiveParts(
            settle_parts=SettleParts(store=store, files=files, empty_part=empty_part, rewrite_part=self.rewrite_part),
            walk_rows=WalkRows(store=store, write_part=write_part),
            move_contents=MoveContents(store=store, files=files),
        )

    @cached_property
    def run_cleanup(self) -> RunCleanup:
        """Does the work of a cleanup job."""
        settings = self.adapters.settings
        results, history = timedelta(days=settings.job_result_days), timedelta(days=settings.job_history_days)
        return RunCleanup(keeping=Keeping(results=results, history=history))

    @cached_property
    def list_archive(self) -> ListArchive:
        """Lists what is archived."""
        return ListArchive(self.adapters.store)

    @cached_property
    def show_archive(self) -> ShowArchive:
        """Shows archived rows."""
        return ShowArchive(store=self.adapters.store, files=self.adapters.archive_files)

    @cached_property
    def restore_month(self) -> RestoreMonth:
        """Gives archived rows back."""
        adapters = self.adapters
        return RestoreMonth(store=adapters.store, files=adapters.archive_files, clock=adapters.clock, lease=self.lease)

    @cached_property
    def read_content(self) -> ReadContent:
        """Reads contents of page readings, wherever they are."""
        return ReadContent(store=self.adapters.store, open_files=lambda: self.adapters.archive_files)

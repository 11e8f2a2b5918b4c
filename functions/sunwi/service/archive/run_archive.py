"""Do the work of an archive job: settle what was left, then table by table, then the contents of readings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from sunwi.domain.archive import KeptBy, Position, start_of_month
from sunwi.service.archive.archive_job import BEGINNING, ArchiveJob
from sunwi.service.archive.archive_lease import ArchiveLease
from sunwi.service.archive.archive_work import ArchiveParams
from sunwi.service.archive.move_contents import MoveContents
from sunwi.service.archive.settle_parts import SettleParts
from sunwi.service.archive.walk_rows import Walk, WalkRows
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.ports.kept.archive import TableOfArchive
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: The step behind the tables; its mark is stored under this name, too.
CONTENTS = "contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveParts:
    """What an archive job works with, over the bucket of files."""

    settle_parts: SettleParts
    walk_rows: WalkRows
    move_contents: MoveContents


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArchive:
    """Does the work of archive jobs.

    Attributes:
        open_parts: Opens the bucket.
        kept_days: How long rows stay, by the setting that says so.
    """

    store: Store
    lease: ArchiveLease
    open_parts: Callable[[], ArchiveParts]
    kept_days: Mapping[KeptBy, int]

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Archive what is old, from the checkpoint on.

        Returns:
            Rows and parts by table, the number of contents, before when rows were old, and the months left alone.

        Raises:
            AttemptPaused: The attempt's time is over: the next one goes on.
            JobCancelled: Somebody asked to stop; what was archived stays so.
            Permanent: Something in the bucket is not as it was written.
            Retryable: Files or database cannot be reached.
            Postponed: Somebody else writes the archive.
        """
        params = parse_params(ArchiveParams, running.job.params)
        with self.lease.held_by(f"job:{running.job.id}"):
            attempt = _Attempt(self, self.open_parts(), ArchiveJob.begin(running), from_start=params.from_start)
            return attempt.run()


@dataclass(slots=True)
class _Attempt:
    """One attempt, with the archive to itself.

    Attributes:
        from_start: Marks of earlier jobs are not looked at.
        held: Months that are left alone.
    """

    run_archive: RunArchive
    parts: ArchiveParts
    job: ArchiveJob
    from_start: bool
    held: frozenset[str] = field(default_factory=frozenset)

    def run(self) -> Mapping[str, Any]:
        self.job.running.progress(1, step="settle", message="지난 보관을 마무리하는 중")
        self.held = self.parts.settle_parts.settle(
            self.job.commit, now=self.job.running.clock.now(), cutoff=self.before
        )
        with self.run_archive.store.read() as tx:
            tables = {table.name: table for table in tx.archive.tables()}
        steps = [*tables, CONTENTS]
        under_way = self.job.checkpoint.step
        first = steps.index(under_way) if under_way in steps else 0
        for number, step in enumerate(steps[first:], start=first):
            self._do(step, tables.get(step))
            percent = 100 * (number + 1) // len(steps)
            self.job.running.progress(percent, step=CONTENTS if step == CONTENTS else "rows")
        return self._result(list(tables))

    def before(self, kept_by: KeptBy) -> datetime:
        """Return before when rows are old."""
        return self.job.checkpoint.at - timedelta(days=self.run_archive.kept_days[kept_by])

    def _do(self, step: str, table: TableOfArchive | None) -> None:
        """Walk one step to its end, and mark that everything up to then was looked at."""
        with self.run_archive.store.read() as tx:
            mark = None if self.from_start else tx.archive_index.mark(step)
        if self.job.checkpoint.step != step:
            after = BEGINNING if mark is None else Position(mark)
            self.job.checkpoint = self.job.checkpoint.begun(step, after)
        before = self.before(KeptBy.ARCHIVE_AFTER_DAYS if table is None else table.kept_by)
        if table is None:
            self.parts.move_contents.move(self.job, before=before, held=self.held)
        else:
            self.parts.walk_rows.walk(self.job, Walk(table=table, before=before, held=self.held))
        until = min([before, *map(start_of_month, self.held)])
        if mark is None or until > mark:
            self.job.commit(lambda tx: tx.archive_index.set_mark(step, until))

    def _result(self, tables: Sequence[str]) -> Mapping[str, Any]:
        done = self.job.checkpoint
        log.info("rows_archived", rows=dict(done.rows), parts=dict(done.parts), contents=done.contents)
        return {
            "rows": {table: done.rows[table] for table in tables if table in done.rows},
            "parts": {table: done.parts[table] for table in tables if table in done.parts},
            "contents": done.contents,
            "before": {kept_by.value: self.before(kept_by).isoformat() for kept_by in KeptBy},
            "left_alone": sorted(self.held),
        }

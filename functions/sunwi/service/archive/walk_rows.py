"""Walk through the old rows of a table, the oldest first, and move those that may go into parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sunwi.domain.archive import LOOKED_AT_ROWS, PART_ROWS, Position, month_of
from sunwi.service.archive.archive_job import BEGINNING, ArchiveJob
from sunwi.service.archive.part_file import Packer
from sunwi.service.archive.write_part import RowsOfMonth, WritePart
from sunwi.service.ports.kept.archive import SeenRow, TableOfArchive
from sunwi.service.ports.outside import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One table's way.

    Attributes:
        before: Rows of before that are old; aware UTC.
        held: Months that are left alone.
    """

    table: TableOfArchive
    before: datetime
    held: Collection[str]


@dataclass(slots=True)
class _Batch:
    """What was found on the way, packed as it came: so much of it is in memory at a time."""

    month: str
    last: Position
    packer: Packer
    first_at: datetime | None = None
    last_at: datetime | None = None
    looked_at: int = 0

    def has_room(self, rows: int) -> bool:
        """Whether so many more rows may be looked at."""
        return self.packer.rows + rows <= PART_ROWS and self.looked_at < LOOKED_AT_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkRows:
    """Moves the old rows of one table, a part in each transaction."""

    store: Store
    write_part: WritePart

    def walk(self, job: ArchiveJob, walk: Walk) -> None:
        """Go on from the checkpoint to the end.

        Raises:
            AttemptPaused: The attempt's time is over.
            JobCancelled: Somebody asked to stop.
            Permanent: Something in the bucket is not as it was written.
            Retryable: Files or database cannot be reached.
        """
        adopted: set[str] = set()
        while (batch := self._gather(job, walk)) is not None:
            if batch.packer.rows and batch.month not in adopted:
                adopted.add(batch.month)
                if self.write_part.adopt(walk.table, batch.month, job.commit):
                    continue
            self._move(job, walk, batch)
            done = job.checkpoint.rows.get(walk.table.name, 0)
            job.running.progress(0, step="rows", message=f"{walk.table.name} {batch.month}: {done:,}행 보관")

    def _gather(self, job: ArchiveJob, walk: Walk) -> _Batch | None:
        """Pack rows of one month behind the checkpoint, up to a part; None when there are no more."""
        batch: _Batch | None = None
        after, limit = job.checkpoint.after or BEGINNING, walk.table.rows_at_once
        while batch is None or batch.has_room(limit):
            job.running.check()
            with self.store.read() as tx:
                seen = tx.archive.look(walk.table.name, after=after, before=walk.before, limit=limit)
                if not seen:
                    break
                if batch is None:
                    batch = _Batch(month_of(seen[0].at), after, Packer())
                of_month = _of_month(seen, batch.month)
                if of_month and batch.month not in walk.held:
                    _add(tx, walk.table, batch, of_month)
            if of_month:
                after = batch.last = Position(of_month[-1].at, of_month[-1].key)
                batch.looked_at += len(of_month)
            if len(of_month) < limit:
                break
        return batch

    def _move(self, job: ArchiveJob, walk: Walk, batch: _Batch) -> None:
        behind = job.checkpoint.with_part(walk.table.name, batch.packer.rows, batch.last)
        finish = job.committing(behind)
        if batch.first_at is None or batch.last_at is None:
            finish(_nothing)
            return
        rows = RowsOfMonth(
            table=walk.table,
            month=batch.month,
            packed=batch.packer.finish(),
            first_at=batch.first_at,
            last_at=batch.last_at,
        )
        self.write_part.write(rows, job.commit, finish=finish)


def _of_month(seen: Sequence[SeenRow], month: str) -> Sequence[SeenRow]:
    """Return the first of some rows, as far as they are of a month."""
    return list(takewhile(lambda row: month_of(row.at) == month, seen))


def _add(tx: Transaction, table: TableOfArchive, batch: _Batch, seen: Sequence[SeenRow]) -> None:
    """Pack those of some rows that may go."""
    free = [row for row in seen if row.is_free]
    lines = tx.archive.lines(table.name, [row.key for row in free])
    for row in free:
        if row.key in lines:
            batch.packer.add(lines[row.key])
            batch.first_at = batch.first_at or row.at
            batch.last_at = row.at


def _nothing(_tx: Transaction) -> None:
    """Write nothing but the checkpoint."""

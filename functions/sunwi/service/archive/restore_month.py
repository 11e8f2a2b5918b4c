"""Give archived rows back to the database, letter by letter."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.archive import RESTORED_STAY, ArchivePart
from sunwi.domain.audit import AuditEntry
from sunwi.service.archive.archive_lease import ArchiveLease
from sunwi.service.archive.empty_part import chunks
from sunwi.service.archive.part_file import read_part
from sunwi.service.archive.show_archive import nothing_archived
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.kept.archive import ArchiveFiles, RestoredRows, TableOfArchive
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RestoredMonth:
    """What became of a month's rows.

    Attributes:
        tables: What they, and the rows that they refer to, came to, by table in the order of restoring.
        stay_days: The archive leaves them alone for so long.
    """

    month: str
    tables: Mapping[str, RestoredRows]
    stay_days: int = RESTORED_STAY.days


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreMonth:
    """Restores months, with those rows of the same month that theirs refer to; twice is once."""

    store: Store
    files: ArchiveFiles
    clock: Clock
    lease: ArchiveLease

    def restore(self, actor: Actor, table: str, month: str) -> RestoredMonth:
        """Give the archived rows of a table's month back; the files stay.

        Args:
            actor: Who asks; the audit names them.
            table: Name of it.
            month: `2026-01`.

        Raises:
            InvalidInput: Nothing is archived of it.
            Permanent: A file is not there, or damaged: parts before it are restored.
            Retryable: Files or database cannot be reached.
            Postponed: Somebody else writes the archive.
        """
        holder = f"restore:{actor.owner}:{self.clock.now().isoformat()}"
        with self.lease.held_by(holder):
            with self.store.read() as tx:
                tables = _with_parents(tx.archive.tables(), table)
                if not tx.archive_index.parts(table=table, month=month):
                    raise nothing_archived(table, month)
            restored = {one.name: self._restore_table(holder, one, month) for one in reversed(tables)}
            found = {name: rows for name, rows in restored.items() if sum(rows)}
            self._audit(actor, table, month, found)
        return RestoredMonth(month, found)

    def _restore_table(self, holder: str, table: TableOfArchive, month: str) -> RestoredRows:
        with self.store.read() as tx:
            parts = tx.archive_index.parts(table=table.name, month=month)
        total = Counter[str]()
        for part in parts:
            if part.emptied_at is None and part.restored_at is None:
                # Somebody was stopped in the middle of it: its rows have not left.
                continue
            self.lease.take(holder)
            total.update(self._restore_part(part, table.rows_at_once)._asdict())
        return RestoredRows(total["added"], total["there"], total["different"])

    @retry_conflicts
    def _restore_part(self, part: ArchivePart, rows_at_once: int) -> RestoredRows:
        total = Counter[str]()
        lines = read_part(self.files, part)
        with self.store.begin() as tx:
            for chunk in chunks(lines, rows_at_once):
                total.update(tx.archive.restore(part.table, chunk)._asdict())
            tx.archive_index.save(replace(part, emptied_at=None, restored_at=self.clock.now()))
        rows = RestoredRows(total["added"], total["there"], total["different"])
        log.info("archive_part_restored", table=part.table, month=part.month, part=part.number, **rows._asdict())
        return rows

    def _audit(self, actor: Actor, table: str, month: str, restored: Mapping[str, RestoredRows]) -> None:
        entry = AuditEntry(
            at=self.clock.now(),
            actor=actor.owner,
            action="archive_restored",
            subject=f"archive {table} {month}",
            after={name: rows._asdict() for name, rows in restored.items()},
        )
        with self.store.begin() as tx:
            tx.audit.add(entry)


def _with_parents(tables: Sequence[TableOfArchive], name: str) -> list[TableOfArchive]:
    """Return a table, then the one that its rows refer to, and so on."""
    by_name = {table.name: table for table in tables}
    found: list[TableOfArchive] = []
    following: str | None = name
    while following in by_name:
        found.append(by_name[following])
        following = by_name[following].parent
    return found

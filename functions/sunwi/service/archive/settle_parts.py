"""Finish what somebody before left half done, and let rows that were restored leave again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from sunwi.domain.archive import RESTORED_STAY, ArchivePart, KeptBy
from sunwi.service.archive.empty_part import EmptyPart
from sunwi.service.archive.rewrite_part import Commit, RewritePart, read_manifest
from sunwi.service.ports.kept.archive import ArchiveFiles, TableOfArchive
from sunwi.service.ports.outside import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleParts:
    """Settles the parts that are not: committed ones lose their rows, others are forgotten."""

    store: Store
    files: ArchiveFiles
    empty_part: EmptyPart
    rewrite_part: RewritePart

    def settle(self, commit: Commit, *, now: datetime, cutoff: Callable[[KeptBy], datetime]) -> frozenset[str]:
        """Settle every part, in the order in which tables are emptied.

        Args:
            commit: Commits to the database.
            now: Aware UTC.
            cutoff: Tells before when rows are old.

        Returns:
            Months of which rows were restored and stay for a while: they are to be left alone.

        Raises:
            Permanent: A part's file is not there, or damaged.
            Retryable: Files or database cannot be reached.
        """
        with self.store.read() as tx:
            unsettled, tables = tx.archive_index.unsettled(), tx.archive.tables()
        by_name = {table.name: table for table in tables}
        order = list(by_name)
        known = [part for part in unsettled if part.table in by_name]
        held: set[str] = set()
        for part in sorted(known, key=lambda one: order.index(one.table)):
            table, settled = by_name[part.table], self.rewrite_part.drop_stale(part, commit)
            if settled.emptied_at is not None:
                continue
            if _stays(settled, now=now, before=cutoff(table.kept_by)):
                held.add(settled.month)
            else:
                self._settle(settled, table, commit)
        return frozenset(held)

    def _settle(self, part: ArchivePart, table: TableOfArchive, commit: Commit) -> None:
        """Empty a part that its manifest names; delete the file of any other: its rows are all in the database."""
        file = read_manifest(self.files, part.table, part.month).find(part.number)
        facts = {"table": part.table, "month": part.month, "part": part.number}
        if file is None:
            self.files.delete(part.file.key)
            commit(lambda tx: tx.archive_index.remove(part))
            log.info("archive_part_given_up", **facts)
            return
        self.empty_part.empty(replace(part, file=file), commit, rows_at_once=table.rows_at_once)
        log.info("archive_part_settled", **facts)


def _stays(part: ArchivePart, *, now: datetime, before: datetime) -> bool:
    """Return whether a part's rows were restored lately, or are not old any more since more days are kept."""
    if part.restored_at is None:
        return False
    return now - part.restored_at < RESTORED_STAY or part.file.last_at >= before

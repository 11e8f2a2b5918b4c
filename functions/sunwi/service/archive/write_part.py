"""Write a part: file, proof, manifest, and only then the rows leave."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.archive import ArchivePart, PartFile, part_key
from sunwi.service.archive.empty_part import EmptyPart
from sunwi.service.archive.part_file import Packed, check_file
from sunwi.service.archive.rewrite_part import Commit, read_manifest, store_manifest
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.kept.archive import ArchiveFiles, TableOfArchive
from sunwi.service.ports.outside import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOfMonth:
    """Old rows of one table and month, packed.

    Attributes:
        first_at: Date of the first; aware UTC.
        last_at: Date of the last.
    """

    table: TableOfArchive
    month: str
    packed: Packed
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePart:
    """Moves rows out of the database; killed anywhere, they are in it or in the archive, and never nowhere."""

    store: Store
    files: ArchiveFiles
    clock: Clock
    empty_part: EmptyPart

    def write(self, rows: RowsOfMonth, commit: Commit, *, finish: Commit) -> ArchivePart:
        """Write rows into a part of their own, and delete them.

        Args:
            rows: As they are in the database.
            commit: Commits what is done on the way.
            finish: Commits the deletion.

        Returns:
            The part as the index knows it now.

        Raises:
            Permanent: What was written reads otherwise, or something else is under its key: nothing was deleted.
            Retryable: Files or database cannot be reached.
        """
        manifest = read_manifest(self.files, rows.table.name, rows.month)
        with self.store.read() as tx:
            known = tx.archive_index.parts(table=rows.table.name, month=rows.month)
        # The index, too: a manifest that was overtaken by an earlier one is whole again.
        manifest = manifest.with_files(part.file for part in known if part.emptied_at or part.restored_at)
        number = 1 + max([*(file.number for file in manifest.files), *(part.number for part in known)], default=0)
        file = PartFile(
            number=number,
            key=part_key(rows.table.name, rows.month, number),
            rows=rows.packed.rows,
            bytes=len(rows.packed.data),
            sha256=rows.packed.sha256,
            first_at=rows.first_at,
            last_at=rows.last_at,
        )
        part = ArchivePart(table=rows.table.name, month=rows.month, file=file, created_at=self.clock.now())
        # Known before it is there: whoever finds it half done can tell that it is ours.
        commit(lambda tx: tx.archive_index.add(part))
        self.files.put_once({file.key: rows.packed.data})
        check_file(file, self.files.get([file.key])[file.key])
        store_manifest(self.files, manifest.with_files([file]))
        log.info("archive_part_written", table=part.table, month=part.month, part=number, rows=file.rows)
        return self.empty_part.empty(part, finish, rows_at_once=rows.table.rows_at_once)

    def adopt(self, table: TableOfArchive, month: str, commit: Commit) -> bool:
        """Take in what a manifest names and the index does not, as after a restore of an earlier database.

        Returns:
            Whether there was any: rows have left the database then.

        Raises:
            Permanent: A part's file is not there, or damaged.
            Retryable: Files or database cannot be reached.
        """
        manifest = read_manifest(self.files, table.name, month)
        with self.store.read() as tx:
            known = {part.number for part in tx.archive_index.parts(table=table.name, month=month)}
        unknown = [file for file in manifest.files if file.number not in known]
        for file in unknown:
            part = ArchivePart(table=table.name, month=month, file=file, created_at=self.clock.now())
            commit(lambda tx, part=part: tx.archive_index.add(part))  # type: ignore[misc]  # bound at once
            self.empty_part.empty(part, commit, rows_at_once=table.rows_at_once)
            log.warning("archive_part_adopted", table=table.name, month=month, part=file.number, rows=file.rows)
        return bool(unknown)

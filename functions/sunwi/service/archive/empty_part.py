"""Delete from the database what a part has, once the part is sure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import structlog

from sunwi.domain.archive import ArchivePart
from sunwi.service.archive.part_file import check_file, unpack
from sunwi.service.archive.rewrite_part import Commit, RewritePart
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyPart:
    """Deletes rows that are exactly as the part says; what has changed since stays, and leaves the part instead."""

    files: ArchiveFiles
    clock: Clock
    rewrite_part: RewritePart

    def empty(self, part: ArchivePart, commit: Commit, *, rows_at_once: int) -> ArchivePart:
        """Delete a part's rows in one transaction, by their keys.

        Args:
            part: A manifest names its file.
            commit: Commits to the database; what it stores besides is stored with the deletion.
            rows_at_once: Rows of one statement.

        Returns:
            The part as the index knows it now.

        Raises:
            Permanent: The file is not there, or damaged: nothing was deleted.
            Retryable: Files or database cannot be reached.
        """
        data = self.files.get([part.file.key])[part.file.key]
        check_file(part.file, data)
        left: list[str] = []
        emptied = replace(part, emptied_at=self.clock.now(), restored_at=None)

        def write(tx: Transaction) -> None:
            left.clear()
            for lines in chunks(unpack(data), rows_at_once):
                left.extend(tx.archive.delete(part.table, lines))
            tx.archive_index.save(emptied if not left else part)

        commit(write)
        if not left:
            return emptied
        log.warning("archived_rows_changed", table=part.table, month=part.month, part=part.number, rows=len(left))
        kept = set(left)
        lines = (line for line in unpack(data) if line not in kept)
        return self.rewrite_part.rewrite(emptied, lines, commit, emptied_at=emptied.emptied_at)


def chunks(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Return lines in lists of a size at most, in order."""
    rest = iter(lines)
    while chunk := list(islice(rest, size)):
        yield chunk

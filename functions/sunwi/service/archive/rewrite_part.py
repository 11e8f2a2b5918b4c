"""Write a part anew: with fewer rows, or with something in them replaced."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.archive import ArchivePart, Manifest, manifest_key, part_key
from sunwi.service.archive.part_file import check_file, pack
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Transaction

#: Writes what belongs together in one transaction.
Write = Callable[[Transaction], None]
#: Has something written in a transaction of its own, which commits before this returns.
Commit = Callable[[Write], None]


@dataclass(frozen=True, slots=True)
class RewritePart:
    """Puts another file in a part's place; until the manifest names it, the earlier one stands."""

    files: ArchiveFiles

    def rewrite(
        self, part: ArchivePart, lines: Iterable[str], commit: Commit, *, emptied_at: datetime | None
    ) -> ArchivePart:
        """Write a new file, prove it, have the manifest name it, and delete the earlier one.

        Killed anywhere, it goes on when the part is rewritten, or settled, again.

        Args:
            part: As the index knows it.
            lines: What it is to have, in order.
            commit: Commits to the index.
            emptied_at: When its rows left the database; None while they are there.

        Returns:
            The part as the index knows it now.

        Raises:
            Retryable: Files or database cannot be reached.
            Permanent: What was written reads otherwise.
        """
        part = self.drop_stale(part, commit)
        packed, revision = pack(lines), part.file.revision + 1
        file = replace(
            part.file,
            revision=revision,
            key=part_key(part.table, part.month, part.number, revision),
            rows=packed.rows,
            bytes=len(packed.data),
            sha256=packed.sha256,
        )
        self.files.replace(file.key, packed.data)
        check_file(file, self.files.get([file.key])[file.key])
        store_manifest(self.files, read_manifest(self.files, part.table, part.month).with_files([file]))
        new = replace(part, file=file, stale_key=part.file.key, emptied_at=emptied_at)
        commit(lambda tx: tx.archive_index.save(new))
        return self.drop_stale(new, commit)

    def drop_stale(self, part: ArchivePart, commit: Commit) -> ArchivePart:
        """Delete the file of an earlier revision, if one is left.

        Returns:
            The part as the index knows it now.

        Raises:
            Retryable: Files or database cannot be reached.
        """
        if part.stale_key is None:
            return part
        self.files.delete(part.stale_key)
        new = replace(part, stale_key=None)
        commit(lambda tx: tx.archive_index.save(new))
        return new


def read_manifest(files: ArchiveFiles, table: str, month: str) -> Manifest:
    """Return the manifest of a month; an empty one where there is none.

    Raises:
        Retryable: Nobody says whether there is one.
    """
    data = files.find(manifest_key(table, month))
    return Manifest(table, month) if data is None else Manifest.from_bytes(data)


def store_manifest(files: ArchiveFiles, manifest: Manifest) -> None:
    """Put a manifest in the place of the one before.

    Raises:
        Retryable: It could not be kept.
    """
    files.replace(manifest_key(manifest.table, manifest.month), manifest.to_bytes())

"""Move the contents of old readings that stay, since ledger or corrections point to them, to files of their own."""

import gzip
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.archive import Position, month_of, reading_key
from sunwi.errors import Permanent
from sunwi.service.archive.archive_job import BEGINNING, ArchiveJob
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Store

#: Table whose rows have contents.
READINGS = "page_reading"
#: Contents that are read, sent and read back together.
_AT_ONCE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveContents:
    """Moves contents: put, read back, and only then NULL in the row, beside the hash."""

    store: Store
    files: ArchiveFiles

    def move(self, job: ArchiveJob, *, before: datetime, held: Collection[str]) -> None:
        """Go on from the checkpoint to the end.

        Args:
            job: The attempt.
            before: Readings of before that are old; aware UTC.
            held: Months that are left alone.

        Raises:
            AttemptPaused: The attempt's time is over.
            JobCancelled: Somebody asked to stop.
            Permanent: Something in the bucket is not as it was written.
            Retryable: Files or database cannot be reached.
        """
        while True:
            after = job.checkpoint.after or BEGINNING
            with self.store.read() as tx:
                seen = tx.archive.look(READINGS, after=after, before=before, limit=_AT_ONCE)
                if not seen:
                    return
                stay = [int(str(row.key[0])) for row in seen if not row.is_free and month_of(row.at) not in held]
                texts = tx.archive.contents(stay)
            hashes = self._put(texts)
            behind = replace(
                job.checkpoint,
                after=Position(seen[-1].at, seen[-1].key),
                contents=job.checkpoint.contents + len(hashes),
            )
            job.committing(behind)(lambda tx, hashes=hashes: tx.archive.drop_contents(hashes))  # type: ignore[misc]  # bound at once
            job.running.progress(0, step="contents", message=f"판독 내용 {behind.contents:,}건 보관")

    def _put(self, texts: Mapping[int, str]) -> Mapping[int, str]:
        """Put contents and read them back; return their hashes by reading."""
        if not texts:
            return {}
        self.files.put_once({reading_key(number): pack_content(text) for number, text in texts.items()})
        kept = self.files.get([reading_key(number) for number in texts])
        hashes = {number: hash_content(text) for number, text in texts.items()}
        for number, wanted in hashes.items():
            unpack_content(number, kept[reading_key(number)], wanted)
        return hashes


def pack_content(text: str) -> bytes:
    """Write a content as its file has it."""
    return gzip.compress(text.encode(), mtime=0)


def hash_content(text: str) -> str:
    """Return the hash that proves a content, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def unpack_content(reading_id: int, data: bytes, sha256: str) -> str:
    """Return the content that a file has.

    Args:
        reading_id: Of the page reading.
        data: Of its file.
        sha256: What the content must hash to.

    Raises:
        Permanent: It is damaged, or another one.
    """
    text = gzip.decompress(data).decode()
    found = hash_content(text)
    if found != sha256:
        raise Permanent(
            f"the archived content of page reading {reading_id} is not what was stored: SHA-256 {found[:12]}, not "
            f"{sha256[:12]}",
            code="archived_content_damaged",
            reading_id=reading_id,
            found=found[:12],
            wanted=sha256[:12],
        )
    return text

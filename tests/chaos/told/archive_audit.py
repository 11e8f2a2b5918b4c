"""Count what a fault has cost the archive: rows and files before and after."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from tests.archive.archive_world import BILLED, ArchiveWorld
from tests.chaos.audit import Row

#: Tables that jobs of a test add rows to.
_GROWING = {"job", "job_attempt", "pool_change"}


@dataclass(frozen=True, slots=True)
class ArchiveBooks:
    """Where everything is written that can be counted.

    Attributes:
        bucket: Of the files.
    """

    old: ArchiveWorld
    s3: Any
    bucket: str

    @property
    def engine(self) -> Engine:
        """Of the database."""
        return self.old.engine

    def files(self) -> dict[str, bytes]:
        """Return all files of the archive."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="archive/")
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}

    def rows(self) -> dict[str, Counter[str]]:
        """Return every row of an archived table, wherever it is; one that is in two places counts as two."""
        self.old.files.files = self.files()
        return self.old.everything()

    def billed(self) -> dict[str, list[str]]:
        """Return what is billed, letter by letter."""
        return self.old.raw(BILLED)

    def unnamed(self) -> int:
        """Count parts that no manifest names."""
        files = self.files()
        named = {part["key"] for part in _parts(files)}
        return sum(key.endswith(".jsonl.gz") and key not in named for key in files)

    def unproved(self) -> int:
        """Count parts that are not what their manifest says."""
        files = self.files()
        return sum(
            hashlib.sha256(files.get(part["key"], b"")).hexdigest() != part["sha256"]
            or gzip.decompress(files[part["key"]]).count(b"\n") != part["rows"]
            for part in _parts(files)
        )

    def unsettled(self) -> int:
        """Count the parts of the index that are not settled."""
        with self.old.store.read() as tx:
            return len(tx.archive_index.unsettled())


def _parts(files: Mapping[str, bytes]) -> Sequence[Mapping[str, Any]]:
    return [part for key, data in files.items() if key.endswith("/manifest.json") for part in json.loads(data)["parts"]]


def audit_archive(
    books: ArchiveBooks,
    fault: str,
    *,
    before: Mapping[str, Counter[str]],
    billed: Mapping[str, list[str]],
    states: Sequence[str],
) -> Row:
    """Close the books behind a fault.

    Args:
        books: Where everything is written.
        fault: What was injected.
        before: All rows before it.
        billed: What was billed before it.
        states: Of the row's jobs.
    """
    after = books.rows()
    lost = sum((before[table] - after[table]).total() for table in before)
    doubled = sum(count - 1 for rows in after.values() for count in rows.values())
    added = sum((after[table] - before[table]).total() for table in before if table not in _GROWING)
    moved = sum(len(set(billed[table]) ^ set(rows)) for table, rows in books.billed().items())
    return Row(
        fault=fault,
        happened=", ".join(f"{count} {state.lower()}" for state, count in Counter(states).items()),
        lost=lost,
        doubled=doubled + books.unnamed(),
        false=books.unproved() + moved + added,
        is_balanced=set(states) == {"SUCCEEDED"} and books.unsettled() == 0,
        recovery_seconds=None,
    )

"""What leaves the database for files: parts of months, their manifests, contents of page readings (보관).

Source: docs/archive.md; docs/adr/0058-archived-rows-are-files.md.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self

from sunwi.domain.schedule import KST, business_date
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

#: All that is archived stands under it, in the bucket of files.
PREFIX = "archive"
#: Rows of one part at most, and of one transaction that deletes.
PART_ROWS = 5_000
#: Rows that are looked at for one part at most: behind so many the attempt stores how far it has come.
LOOKED_AT_ROWS = 50_000
#: How long rows that were restored stay in the database; their month is left alone meanwhile.
RESTORED_STAY = timedelta(days=14)
#: How long whoever writes the archive has it alone without saying so again: longer than an attempt of a job.
LEASE = timedelta(minutes=15)

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

#: Values of a row's primary key, in the order of its columns.
Key = tuple[int | str | date, ...]


class KeptBy(StrEnum):
    """Which setting says how long rows of a table stay in the database."""

    ARCHIVE_AFTER_DAYS = "archive_after_days"
    JOB_HISTORY_DAYS = "job_history_days"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a table has been looked through, in the order of date and key.

    Attributes:
        at: Aware UTC.
        key: Of the last row that was looked at; empty where none of that time was.
    """

    at: datetime
    key: Key = ()

    def as_json(self) -> list[Any]:
        """Write it for a checkpoint."""
        return [self.at.isoformat(), *({"date": one.isoformat()} if isinstance(one, date) else one for one in self.key)]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> Self:
        """Read what `as_json` wrote."""
        key = (date.fromisoformat(one["date"]) if isinstance(one, dict) else one for one in values[1:])
        return cls(datetime.fromisoformat(values[0]), tuple(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """One file of a month.

    Attributes:
        number: From 1, within its table and month.
        revision: Grows each time that the part is written anew without some rows, or with others in their place.
        key: In the bucket of files.
        rows: Lines in it.
        bytes: As it is stored, gzipped.
        sha256: Of those bytes, in hex.
        first_at: Date of its first row; aware UTC.
        last_at: Date of its last row.
    """

    number: int
    revision: int = 0
    key: str
    rows: int
    bytes: int
    sha256: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePart:
    """A part as the database's index knows it.

    Attributes:
        month: `2026-01`, of its rows' KST dates.
        created_at: When somebody began to write it; aware UTC.
        emptied_at: When its rows had left the database; None before, and again once they are restored.
        restored_at: When its rows were last given back; None once they have left again.
        stale_key: File of an earlier revision that is still to be deleted.
    """

    table: str
    month: str
    file: PartFile
    created_at: datetime
    emptied_at: datetime | None = None
    restored_at: datetime | None = None
    stale_key: str | None = None

    @property
    def number(self) -> int:
        """Its number within table and month."""
        return self.file.number


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a table's month: what it does not name is no part of the archive.

    Attributes:
        files: By number.
    """

    table: str
    month: str
    files: tuple[PartFile, ...] = ()

    def find(self, number: int) -> PartFile | None:
        """Return a file; None when it names none of that number."""
        return next((file for file in self.files if file.number == number), None)

    def with_files(self, files: Iterable[PartFile]) -> Self:
        """Return one that names these, too; of two with one number the later revision stands."""
        by_number = {file.number: file for file in self.files}
        for file in files:
            known = by_number.get(file.number)
            if known is None or known.revision <= file.revision:
                by_number[file.number] = file
        return type(self)(self.table, self.month, tuple(by_number[number] for number in sorted(by_number)))

    def to_bytes(self) -> bytes:
        """Write it as JSON."""
        files = [
            {**asdict(file), "first_at": file.first_at.isoformat(), "last_at": file.last_at.isoformat()}
            for file in self.files
        ]
        document = {
            "table": self.table,
            "month": self.month,
            "rows": sum(file.rows for file in self.files),
            "parts": files,
        }
        return (json.dumps(document, indent=1) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        document = json.loads(data)
        files = [
            PartFile(
                **{
                    **file,
                    "first_at": datetime.fromisoformat(file["first_at"]),
                    "last_at": datetime.fromisoformat(file["last_at"]),
                }
            )
            for file in document["parts"]
        ]
        return cls(document["table"], document["month"], tuple(files))


def month_of(at: datetime) -> str:
    """Return the month of an aware instant's KST date, as `2026-01`."""
    return f"{business_date(at):%Y-%m}"


def start_of_month(month: str) -> datetime:
    """Return the aware instant at which a month begins."""
    return datetime.combine(datetime.strptime(f"{month}-01", "%Y-%m-%d").date(), time(), tzinfo=KST)  # noqa: DTZ007 - a date


def parse_month(text: str) -> str:
    """Read a month that somebody typed.

    Raises:
        InvalidInput: It is none.
    """
    typed = text.strip()
    if _MONTH.fullmatch(typed) is None:
        raise InvalidInput(
            f"{quote(text)} is no month: write it as 2026-01", code="archive_month_unreadable", typed=text
        )
    return typed


def part_key(table: str, month: str, number: int, revision: int = 0) -> str:
    """Return the key of a part's file."""
    again = f"-r{revision}" if revision else ""
    return f"{PREFIX}/{table}/{month}/part-{number}{again}.jsonl.gz"


def manifest_key(table: str, month: str) -> str:
    """Return the key of a month's manifest."""
    return f"{PREFIX}/{table}/{month}/manifest.json"


def reading_key(reading_id: int) -> str:
    """Return the key of a page reading's content."""
    return f"{PREFIX}/readings/{reading_id}.json.gz"

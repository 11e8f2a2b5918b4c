"""A backup (백업) of the whole database: its name, what is written down of it, and what about it is odd.

Source: docs/backup.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sunwi.domain.schedule import KST

#: Kinds of jobs, as they are stored.
BACKUP, RESTORE, VERIFY = "backup", "restore", "verify"
#: All of them.
WORKS = (BACKUP, RESTORE, VERIFY)

#: Major version of PostgreSQL's client programs in the image: they dump servers of theirs and of earlier ones.
#: Source: Dockerfile; PostgreSQL documentation, pg_dump, "Notes".
CLIENT_MAJOR = 17

#: Where backups stand in the bucket of files.
PREFIX = "backups/"
#: Folders there, by how long the bucket keeps what is in them.
DAILY, MONTHLY = "daily", "monthly"
#: What is written down of a backup stands beside it, under its key and this.
FACTS_SUFFIX = ".json"

#: A last good backup that is older is a problem: a day, and two hours for three attempts and a late start.
OLD_AFTER = timedelta(hours=26)

#: A backup that takes longer is warned of: at twice of it, its attempt is ended.
SLOW_SECONDS = 300
#: A backup that is smaller or larger than the one before by this factor is warned of.
ODD_FACTOR = 2

_MEGABYTE = 1_000_000
#: Characters of a database's name that a key has no use for.
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST_NAME = 63


class Backend(StrEnum):
    """Which database it is; the codes are stored."""

    POSTGRESQL = "postgresql"
    SQLITE = "sqlite"

    @property
    def suffix(self) -> str:
        """How the name of a backup ends: an archive for pg_restore, or a compressed copy of the file."""
        return ".dump" if self is Backend.POSTGRESQL else ".db.gz"


class BackupState(StrEnum):
    """What became of a backup, a restore or a verification; the codes are stored."""

    #: Stored and read back whole; restored; or read whole again.
    GOOD = "good"
    #: A backup that was stored whole, and was something else when it was read again.
    BROKEN = "broken"
    #: The job failed or expired.
    FAILED = "failed"


class BackupWarning(StrEnum):
    """What is odd about a good backup; the codes are stored."""

    #: Half the size of the one before, or less.
    SHRUNK = "shrunk"
    #: Twice the size of the one before, or more.
    GROWN = "grown"
    #: It took longer than `SLOW_SECONDS`.
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """What is known of a whole backup; it stands beside it in the bucket, and marks it as whole.

    Attributes:
        key: In the bucket of files.
        database: Its name; of SQLite the file's without its suffix.
        environment: Name of the deployment.
        taken_at: When it was begun; aware UTC.
        size_bytes: As it is stored.
        sha256: Of what is stored, in hex.
        seconds: From the beginning of the attempt until it was read back.
        server_major: Major version of the server; None of SQLite.
        schema_revision: Of the tables; None of a database that has none.
        counts: Number of its `tables`, and of its `entries` in all.
    """

    key: str
    backend: Backend
    database: str
    environment: str
    taken_at: datetime
    size_bytes: int
    sha256: str
    seconds: float
    server_major: int | None
    schema_revision: str | None
    counts: Mapping[str, int]

    @property
    def megabytes(self) -> float:
        """Its size in MB."""
        return self.size_bytes / _MEGABYTE

    @property
    def name(self) -> str:
        """Its name without the folders."""
        return self.key.rpartition("/")[2]

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        document = {field.name: getattr(self, field.name) for field in fields(self)}
        own = {"backend": self.backend.value, "taken_at": self.taken_at.isoformat(), "counts": dict(self.counts)}
        return {**document, **own}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "BackupFacts":
        """Read what `as_document` wrote; what a later release has added is left out.

        Raises:
            KeyError: Something is missing.
            ValueError: Something cannot be used.
            TypeError: Something is of another kind.
        """
        known = {field.name: document[field.name] for field in fields(cls)}
        taken_at = datetime.fromisoformat(known["taken_at"]).astimezone(UTC)
        return cls(**{**known, "backend": Backend(known["backend"]), "taken_at": taken_at})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRecord:
    """What became of one job of `WORKS`, as the table has it.

    Attributes:
        ended_at: When the job ended; aware UTC.
        key: Of the backup; None where none was chosen.
        facts: Of a backup that is whole.
        into: Database that was restored into; None of other kinds.
        warnings: What is odd about it.
        checked_at: When it was last read whole; aware UTC.
        failure_code: Why it failed.
    """

    job_id: str
    work: str
    state: BackupState
    ended_at: datetime
    key: str | None = None
    facts: BackupFacts | None = None
    into: str | None = None
    warnings: tuple[BackupWarning, ...] = ()
    checked_at: datetime | None = None
    failure_code: str | None = None


def backup_key(backend: Backend, *, database: str, environment: str, at: datetime, has_monthly: bool = False) -> str:
    """Choose the key of a new backup: the first good one of a month in Korea is kept for longer.

    Args:
        backend: Which database it is.
        database: Its name.
        environment: Name of the deployment.
        at: Aware; the name has it in Korean time.
        has_monthly: There is a good one of this month that is kept for longer.
    """
    local = at.astimezone(KST)
    life = DAILY if has_monthly else MONTHLY
    name = _UNFIT.sub("_", database)[:_LONGEST_NAME]
    return f"{PREFIX}{life}/{name}_{environment}_{local:%Y%m%d_%H%M%S}{backend.suffix}"


def start_of_month(at: datetime) -> datetime:
    """Return when the month of an aware instant began in Korea."""
    return at.astimezone(KST).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def find_warnings(facts: BackupFacts, previous: BackupFacts | None) -> tuple[BackupWarning, ...]:
    """Find what is odd about a backup.

    Args:
        facts: Of the backup.
        previous: Of the one before it of the same database; None for the first.
    """
    found = []
    if previous is not None and facts.size_bytes * ODD_FACTOR <= previous.size_bytes:
        found.append(BackupWarning.SHRUNK)
    if previous is not None and facts.size_bytes >= previous.size_bytes * ODD_FACTOR:
        found.append(BackupWarning.GROWN)
    if facts.seconds > SLOW_SECONDS:
        found.append(BackupWarning.SLOW)
    return tuple(found)

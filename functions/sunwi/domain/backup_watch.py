"""What the watchdog asks of backups, and which answers are problems."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.backup import OLD_AFTER
from sunwi.domain.schedule import KST
from sunwi.domain.watch import Problem, ProblemKind

#: A database without a good backup is noticed each time that so long has gone by.
_NOTICED_EVERY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupWatch:
    """Backups as the watchdog sees them; times are aware UTC.

    Attributes:
        database: Name of the one that is backed up.
        taken_at: When its last good backup was begun; None when there is none.
        first_job_at: When the oldest job was submitted, since when a schedule has had its turn; None without any.
    """

    database: str
    taken_at: datetime | None
    first_job_at: datetime | None


def assess_backup_watch(found: BackupWatch, *, now: datetime) -> list[Problem]:
    """Judge backups: is the last good one young enough?

    The extent grows by one each day, and a problem that grows is raised again.
    """
    since = found.taken_at or found.first_job_at
    if since is None or now - since <= OLD_AFTER:
        return []
    extent = 1 + (now - since - OLD_AFTER) // _NOTICED_EVERY
    detail = "none" if found.taken_at is None else f"{found.taken_at.astimezone(KST):%m-%d %H:%M} KST"
    return [Problem(kind=ProblemKind.BACKUP_OLD, subject=f"backup:{found.database}", extent=extent, detail=detail)]

"""How many workers there are, and when that changes.

Source: docs/adr/0051-jobs-on-step-functions.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_WORKERS = 10

#: Jobs that wait for each worker, above which workers are added, and below which they are taken away.
_GROW_ABOVE, _SHRINK_BELOW = 5, 1
_MOST_ADDED, _MOST_TAKEN = 3, 2
#: Nothing is taken away so soon after a change: an urgent job's worker is not gone with the next tick.
SHRINKS_AFTER = timedelta(minutes=1)


class Paused(StrEnum):
    """Whose jobs are not admitted; the codes are stored."""

    NOBODY = ""
    #: People's and agencies'; the system's go on.
    PEOPLE = "people"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPool:
    """The pool; there is one.

    Attributes:
        workers: Jobs that may be admitted at a time.
        least: It never shrinks below.
        most: It never grows above.
        changed_at: Aware UTC.
        reason: Of the last change.
        changed_by: Owner who made it; `system` of what the pool did by itself.
        ticked_at: When the tender ticked last, to half a minute; None before it ever did.
    """

    workers: int
    least: int = 1
    most: int = MOST_WORKERS
    paused: Paused = Paused.NOBODY
    changed_at: datetime
    reason: str = ""
    changed_by: str = "system"
    ticked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolChange:
    """A change of the pool, as it is kept; the pool after it and the number of workers before.

    Attributes:
        reason: Code: `many_waiting`, `few_waiting`, `all_busy`, `limits`, `paused`, `resumed`.
    """

    at: datetime
    before: int
    after: int
    paused: Paused
    reason: str
    changed_by: str


def scaled_workers(pool: WorkerPool, *, waiting: int, busy: int) -> tuple[int, str]:
    """Decide how many workers there are to be, by what waits.

    Args:
        pool: As it is.
        waiting: Jobs that could be admitted now.
        busy: Jobs that are admitted.

    Returns:
        The number, and the code of the reason; an empty one when nothing changes.
    """
    share = waiting / pool.workers
    if share > _GROW_ABOVE:
        wanted, reason = pool.workers + _MOST_ADDED, "many_waiting"
    elif share < _SHRINK_BELOW:
        wanted, reason = max(pool.workers - _MOST_TAKEN, busy), "few_waiting"
    else:
        wanted, reason = pool.workers, ""
    wanted = max(pool.least, min(wanted, pool.most))
    if share < _SHRINK_BELOW:
        wanted = min(wanted, max(pool.workers, pool.least))
    return wanted, reason if wanted != pool.workers else ""


def added_for_urgent(pool: WorkerPool, *, busy: int) -> tuple[int, str]:
    """Add one worker at once when a job of normal priority or above finds every worker busy."""
    if busy < pool.workers or pool.workers >= pool.most:
        return pool.workers, ""
    return pool.workers + 1, "all_busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """An environment of a worker function; times are aware UTC.

    Attributes:
        id: Of the environment; a new one for each.
        place: `browser` or `core`.
        environment: Its log stream, where there is one.
        job_id: Of the job that it has or had last.
        since: When it was first heard of.
        claimed_at: When it took that job.
        seen_at: When it was last heard of.
        done: Attempts that it ended well, before this job.
        failed: Attempts that it ended otherwise, before this job.
        busy_seconds: Running time of these.
        memory_bytes: Resident memory; None where nobody says.
        pages: Pages that its browser has opened.
    """

    id: str
    place: str
    environment: str
    job_id: str | None
    generation: int | None
    since: datetime
    claimed_at: datetime | None
    seen_at: datetime
    done: int = 0
    failed: int = 0
    busy_seconds: float = 0
    memory_bytes: int | None = None
    pages: int = 0

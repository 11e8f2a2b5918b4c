"""What the watchdog asks of jobs, and which answers are problems."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.job_health import is_tick_silent
from sunwi.domain.schedule import KST
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.worker_pool import Paused, WorkerPool

#: A pool that is paused is noticed each time that so long has gone by.
PAUSE_NOTICED_EVERY = timedelta(hours=24)

#: Jobs that an alarm names before it says that there are more.
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWatch:
    """Jobs as the watchdog sees them; times are aware UTC.

    Attributes:
        paused_at: When the pool was paused last; None when it never was.
        open_jobs: Jobs that wait or run.
        stuck: Ids of jobs whose attempt a tick should have ended.
    """

    pool: WorkerPool
    paused_at: datetime | None
    open_jobs: int
    stuck: Sequence[str]


def assess_job_watch(found: JobWatch, *, now: datetime) -> list[Problem]:
    """Judge jobs: does the tender tick, do attempts end, does anybody remember that the pool is paused?"""
    problems = []
    if is_tick_silent(found.pool, has_jobs=bool(found.open_jobs), now=now):
        detail = _kst(found.pool.ticked_at)
        extent = max(1, found.open_jobs)
        problems.append(Problem(kind=ProblemKind.TICK_SILENT, subject="tender", extent=extent, detail=detail))
    if found.stuck:
        shown = ", ".join(found.stuck[:_NAMED])
        detail = f"{shown}, …" if len(found.stuck) > _NAMED else shown
        problems.append(Problem(kind=ProblemKind.JOB_STUCK, subject="jobs", extent=len(found.stuck), detail=detail))
    return problems + _assess_pause(found, now)


def _assess_pause(found: JobWatch, now: datetime) -> list[Problem]:
    """Notice a pause of everything at once, one of people's jobs after a day, and both again each day.

    The extent grows by one each day, and a problem that grows is raised again.
    """
    if found.pool.paused is Paused.NOBODY:
        return []
    since = found.paused_at or found.pool.changed_at
    days = (now - since) // PAUSE_NOTICED_EVERY
    extent = days + (found.pool.paused is Paused.ALL)
    if extent < 1:
        return []
    subject = f"pool:{found.pool.paused.value}"
    return [Problem(kind=ProblemKind.POOL_PAUSED, subject=subject, extent=extent, detail=_kst(since))]


def _kst(at: datetime | None) -> str:
    return "-" if at is None else f"{at.astimezone(KST):%m-%d %H:%M} KST"

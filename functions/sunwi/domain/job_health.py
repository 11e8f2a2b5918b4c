"""Whether jobs are done as they should be: healthy, degraded or critical, and for which reasons.

Source: docs/jobs.md, health.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sunwi.domain.job_figures import JobFigures
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused, WorkerPool

#: The tender ticks each minute; after so long nobody admits jobs, starts them or makes up for what was lost.
TICK_SILENT_AFTER = timedelta(minutes=5)
#: A critical job waits for the longest attempt of one that has a worker, at most; after so long something is wrong.
CRITICAL_WAIT = timedelta(minutes=15)
#: An attempt whose worker has been gone for so long should have been ended by a tick.
STUCK_AFTER = timedelta(minutes=10)
#: A pool that could not grow for so long is too small.
AT_MAXIMUM_FOR = timedelta(hours=1)
#: Shares of failed jobs of the last hour that are noted, and that mean that hardly anything works; of so many at least.
FAILING_SHARE, MOSTLY_FAILING_SHARE, FAILING_LEAST = 0.2, 0.5, 10
#: Share of JOBS_MAX_PENDING from which submissions may soon be refused.
NEARLY_FULL_SHARE = 0.8


class HealthLevel(StrEnum):
    """How jobs are done."""

    HEALTHY = "healthy"
    #: Jobs are done, but not as they should be, or not all of them.
    DEGRADED = "degraded"
    #: Jobs are not done.
    CRITICAL = "critical"


class HealthCode(StrEnum):
    """Why jobs are not healthy; `sunwi.wording.job_health_words` has the sentences."""

    TICK_SILENT = "tick_silent"
    CRITICAL_WAITS = "critical_waits"
    MOSTLY_FAILING = "mostly_failing"
    JOBS_STUCK = "jobs_stuck"
    PAUSED_ALL = "paused_all"
    PAUSED_PEOPLE = "paused_people"
    OFTEN_FAILING = "often_failing"
    NEARLY_FULL = "nearly_full"
    AT_MAXIMUM = "at_maximum"
    QUEUE_HAS_DEAD = "queue_has_dead"
    QUEUE_NOT_ASKED = "queue_not_asked"


_LEVELS = {
    HealthCode.TICK_SILENT: HealthLevel.CRITICAL,
    HealthCode.CRITICAL_WAITS: HealthLevel.CRITICAL,
    HealthCode.MOSTLY_FAILING: HealthLevel.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class HealthReason:
    """One thing that is not as it should be.

    Attributes:
        fields: What its sentence is filled with.
    """

    code: HealthCode
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> HealthLevel:
        """How bad it is."""
        return _LEVELS.get(self.code, HealthLevel.DEGRADED)


@dataclass(frozen=True, slots=True)
class JobHealth:
    """How jobs are done, and why not better; the worst reasons first."""

    reasons: Sequence[HealthReason] = ()

    @property
    def level(self) -> HealthLevel:
        """The worst of the reasons' levels."""
        levels = {reason.level for reason in self.reasons}
        if HealthLevel.CRITICAL in levels:
            return HealthLevel.CRITICAL
        return HealthLevel.DEGRADED if levels else HealthLevel.HEALTHY


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """A queue of SQS; numbers are about right, as SQS counts them.

    Attributes:
        name: `crawl`, `express`, `schedules`.
        waiting: Messages that can be received; None where the queue cannot be asked, as in_flight and dead.
        in_flight: Messages that were received, and neither deleted nor shown again.
        dead: Messages in its DLQ; None, too, of a queue without one.
        oldest_seconds: Since when the message sent first waits, by the tables; None when none waits, or nobody knows.
    """

    name: str
    waiting: int | None
    in_flight: int | None
    dead: int | None
    oldest_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What the health of jobs is judged by; times are aware UTC.

    Attributes:
        paused_at: When the pool was paused; None when it is not.
        waiting: PENDING jobs whose time has come.
        pending: All PENDING jobs.
        limit: JOBS_MAX_PENDING.
        busy: QUEUED and RUNNING jobs.
        stuck: Ids of jobs whose attempt a tick should have ended.
        waiting_since: Since when the longest ready job waits, by priority.
        last_hour: Jobs that ended in the hour that runs or in the one before it.
        queues: None of a surrounding that has none.
    """

    pool: WorkerPool
    paused_at: datetime | None
    waiting: int
    pending: int
    limit: int
    busy: int
    stuck: Sequence[str]
    waiting_since: Mapping[int, datetime]
    last_hour: JobFigures
    queues: Sequence[QueueFigures] = ()


def assess_jobs(facts: JobFacts, *, now: datetime) -> JobHealth:
    """Judge how jobs are done."""
    reasons = [
        *_tick(facts, now),
        *_critical(facts, now),
        *_failures(facts.last_hour),
        *_stuck(facts.stuck),
        *_pause(facts, now),
        *_line(facts, now),
        *_queues(facts.queues),
    ]
    return JobHealth(tuple(sorted(reasons, key=lambda reason: reason.level is not HealthLevel.CRITICAL)))


def is_tick_silent(pool: WorkerPool, *, has_jobs: bool, now: datetime) -> bool:
    """Return whether the tender has not ticked for too long.

    Args:
        pool: Of before the first deployment with a tender, it was never ticked.
        has_jobs: Whether any job waits or runs: where none was ever submitted, nobody needs to tick.
        now: Aware.
    """
    if pool.ticked_at is None:
        return has_jobs
    return now - pool.ticked_at > TICK_SILENT_AFTER


def is_at_maximum(pool: WorkerPool, *, waiting: int) -> bool:
    """Return whether the pool may not grow although jobs wait for every worker."""
    return pool.workers >= pool.most and waiting >= pool.workers


def waited_seconds(waiting_since: Mapping[int, datetime], priority: Priority, *, now: datetime) -> float:
    """Return how long the longest ready job of a priority has waited; 0 when none waits."""
    since = waiting_since.get(priority)
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _tick(facts: JobFacts, now: datetime) -> list[HealthReason]:
    pool = facts.pool
    if not is_tick_silent(pool, has_jobs=bool(facts.pending or facts.busy), now=now):
        return []
    return [HealthReason(HealthCode.TICK_SILENT, {"ticked_at": pool.ticked_at})]


def _critical(facts: JobFacts, now: datetime) -> list[HealthReason]:
    seconds = waited_seconds(facts.waiting_since, Priority.CRITICAL, now=now)
    if seconds <= CRITICAL_WAIT.total_seconds():
        return []
    return [HealthReason(HealthCode.CRITICAL_WAITS, {"seconds": round(seconds)})]


def _failures(figures: JobFigures) -> list[HealthReason]:
    share = figures.failure_share
    if share is None or figures.judged < FAILING_LEAST or share < FAILING_SHARE:
        return []
    code = HealthCode.MOSTLY_FAILING if share >= MOSTLY_FAILING_SHARE else HealthCode.OFTEN_FAILING
    fields = {"percent": round(100 * share), "failed": figures.failed + figures.expired, "ended": figures.judged}
    return [HealthReason(code, fields)]


def _stuck(job_ids: Sequence[str]) -> list[HealthReason]:
    if not job_ids:
        return []
    return [HealthReason(HealthCode.JOBS_STUCK, {"count": len(job_ids), "job_id": job_ids[0]})]


def _pause(facts: JobFacts, now: datetime) -> list[HealthReason]:
    pool = facts.pool
    if pool.paused is Paused.NOBODY:
        return []
    code = HealthCode.PAUSED_ALL if pool.paused is Paused.ALL else HealthCode.PAUSED_PEOPLE
    seconds = 0 if facts.paused_at is None else round((now - facts.paused_at).total_seconds())
    return [HealthReason(code, {"seconds": seconds, "changed_by": pool.changed_by})]


def _line(facts: JobFacts, now: datetime) -> list[HealthReason]:
    reasons = []
    if facts.pending >= NEARLY_FULL_SHARE * facts.limit:
        fields = {"pending": facts.pending, "limit": facts.limit}
        reasons.append(HealthReason(HealthCode.NEARLY_FULL, fields))
    pool = facts.pool
    if is_at_maximum(pool, waiting=facts.waiting) and now - pool.changed_at >= AT_MAXIMUM_FOR:
        fields = {"workers": pool.workers, "waiting": facts.waiting}
        reasons.append(HealthReason(HealthCode.AT_MAXIMUM, fields))
    return reasons


def _queues(queues: Sequence[QueueFigures]) -> list[HealthReason]:
    reasons = []
    for queue in queues:
        if queue.waiting is None:
            reasons.append(HealthReason(HealthCode.QUEUE_NOT_ASKED, {"queue": queue.name}))
        elif queue.dead:
            reasons.append(HealthReason(HealthCode.QUEUE_HAS_DEAD, {"queue": queue.name, "count": queue.dead}))
    return reasons

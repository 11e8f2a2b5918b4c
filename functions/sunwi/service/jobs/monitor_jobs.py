"""Show everything that is seen of jobs at one instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sunwi.domain.actor import Actor
from sunwi.domain.job import BUSY, Job, JobState
from sunwi.domain.job_figures import list_causes, list_hours, list_works, start_of_hour, sum_counts
from sunwi.domain.job_health import JobFacts, JobHealth, QueueFigures, assess_jobs
from sunwi.domain.job_list import JobCounts
from sunwi.domain.job_monitor import MONITOR_HOURS, MonitorView, count_state, find_stuck, list_workers
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused, PoolChange, Worker, WorkerPool
from sunwi.errors import Forbidden
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.health import QueueDepths
from sunwi.service.ports.outside import Store

#: Changes of the pool that are shown.
_CHANGES = 20
#: The hour that runs and the one before it: what "the last hour" is judged by.
_RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What one transaction read."""

    pool: WorkerPool
    paused_at: datetime | None
    changes: Sequence[PoolChange]
    workers: Sequence[Worker]
    busy: Sequence[Job]
    open_jobs: Mapping[tuple[str, JobState], int]
    waiting: int
    waiting_since: Mapping[int, datetime]
    counts: Sequence[JobCounts]
    sent_at: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """Watch jobs; nothing is changed, and nothing is counted over history.

    Attributes:
        queues: None where there are none.
        max_pending: JOBS_MAX_PENDING.
    """

    store: Store
    clock: Clock
    queues: QueueDepths | None
    max_pending: int

    def show(self, actor: Actor) -> MonitorView:
        """Return what is seen now.

        Raises:
            Forbidden: The actor does not see what belongs to others.
            StoreUnavailable: The database cannot be reached.
        """
        if not actor.sees_everything:
            raise Forbidden(
                f"the role {actor.role.value} does not watch the jobs of all",
                code="monitor_forbidden",
                role=actor.role.value,
            )
        now = self.clock.now()
        rows = self._read(now)
        queues = self._queues(rows.sent_at, now)
        since = {Priority(priority): at for priority, at in rows.waiting_since.items()}
        return MonitorView(
            at=now,
            health=self._health(rows, queues, now),
            pool=rows.pool,
            changes=rows.changes,
            workers=list_workers(rows.workers, rows.busy, now=now),
            queues=queues,
            open_jobs=rows.open_jobs,
            waiting=rows.waiting,
            limit=self.max_pending,
            waiting_seconds={priority: max(0.0, (now - at).total_seconds()) for priority, at in since.items()},
            total=sum_counts(rows.counts),
            works=list_works(rows.counts),
            hours=list_hours(rows.counts, now=now, hours=MONITOR_HOURS),
            causes=list_causes(rows.counts),
        )

    def health(self) -> JobHealth:
        """Return how jobs are done now, and why not better: for the checks that Sunwi makes of itself.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        rows = self._read(now)
        return self._health(rows, self._queues(rows.sent_at, now), now)

    def _read(self, now: datetime) -> _Rows:
        since = start_of_hour(now) - timedelta(hours=MONITOR_HOURS - 1)
        with self.store.read() as tx:
            pool = tx.job_queue.pool()
            return _Rows(
                pool=pool,
                paused_at=None if pool.paused is Paused.NOBODY else tx.job_queue.paused_at(),
                changes=tx.job_queue.pool_changes(_CHANGES),
                workers=tx.workers.list_all(),
                busy=tx.job_queue.admitted_before(now),
                open_jobs=tx.job_history.waiting(),
                waiting=tx.job_queue.count_waiting(now),
                waiting_since=tx.job_history.oldest_waiting(now),
                counts=tx.job_history.counts(since),
                sent_at=tx.watch.oldest_queued(),
            )

    def _queues(self, sent_at: Mapping[str, datetime], now: datetime) -> list[QueueFigures]:
        if self.queues is None:
            return []
        return [
            replace(queue, oldest_seconds=max(0.0, (now - sent_at[queue.name]).total_seconds()))
            if queue.name in sent_at
            else queue
            for queue in self.queues.figures()
        ]

    def _health(self, rows: _Rows, queues: Sequence[QueueFigures], now: datetime) -> JobHealth:
        recent = start_of_hour(now) - _RECENT
        facts = JobFacts(
            pool=rows.pool,
            paused_at=rows.paused_at,
            waiting=rows.waiting,
            pending=count_state(rows.open_jobs, JobState.PENDING),
            limit=self.max_pending,
            busy=sum(count_state(rows.open_jobs, state) for state in BUSY),
            stuck=find_stuck(rows.busy, rows.workers, now=now),
            waiting_since=rows.waiting_since,
            last_hour=sum_counts(one for one in rows.counts if one.hour >= recent),
            queues=queues,
        )
        return assess_jobs(facts, now=now)

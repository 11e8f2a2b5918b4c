"""Record that the tender ticks, and publish what alarms watch of jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.job_figures import start_of_hour, sum_counts
from sunwi.domain.job_health import FAILING_LEAST, is_at_maximum, waited_seconds
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Metrics, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishJobFigures:
    """Publish figures of jobs, at each tick of the tender."""

    store: Store
    metrics: Metrics
    clock: Clock

    def publish(self) -> None:
        """Record this tick for the watchdog, and publish the figures for the alarms.

        A failure rate is published only when enough jobs have ended for one: one failed job of one is no alarm.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            tx.job_queue.record_tick(now)
        self.metrics.put({"TenderTicks": 1.0, **self._figures(now)})

    def _figures(self, now: datetime) -> dict[str, float]:
        with self.store.read() as tx:
            pool = tx.job_queue.pool()
            waiting = tx.job_queue.count_waiting(now)
            busy = sum(tx.job_queue.busy().values())
            waiting_since = tx.job_history.oldest_waiting(now)
            ended = sum_counts(tx.job_history.counts(start_of_hour(now) - timedelta(hours=1)))
        figures = {
            "JobsOldestCriticalSeconds": waited_seconds(waiting_since, Priority.CRITICAL, now=now),
            "JobsWaiting": float(waiting),
            "JobsBusy": float(busy),
            "PoolWorkers": float(pool.workers),
            "PoolAtMaximum": float(is_at_maximum(pool, waiting=waiting)),
            "PoolPaused": float(pool.paused is Paused.ALL),
        }
        if ended.judged >= FAILING_LEAST and ended.failure_share is not None:
            figures["JobsFailureRate"] = ended.failure_share
        return figures

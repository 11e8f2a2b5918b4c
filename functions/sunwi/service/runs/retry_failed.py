"""Queue again what a run failed to measure, from the database alone."""

from dataclasses import dataclass

import structlog

from sunwi.domain.retry import RetryPlan, plan_retry
from sunwi.domain.run import Run, RunKind
from sunwi.errors import Retryable
from sunwi.service.ports.outside import Clock, CrawlQueue, Store
from sunwi.service.runs.close_run import require_run
from sunwi.service.runs.send_tasks import SEND_CHUNK

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryFailed:
    """Send new messages for failed tasks, each any number of times with the same effect.

    The dead-letter queues are not touched: a message there that is redriven later finds its task measured, and
    is acknowledged. A run's equation is not touched either: what is measured now counts while the run is open
    and on its own date, else it is late.
    """

    store: Store
    queue: CrawlQueue
    clock: Clock

    def plan(self, run_id: str, *, with_expired: bool = False, with_waiting: bool = False) -> RetryPlan:
        """Describe what would be sent.

        Args:
            run_id: Of a run, open or closed.
            with_expired: Those that nobody attempted by the deadline, too; their messages are gone.
            with_waiting: Those too whose last message is still to be answered; a doubled one does no harm.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            require_run(tx.runs.get(run_id), run_id)
            candidates = tx.failures.retry_candidates(run_id)
        return plan_retry(candidates, with_expired=with_expired, with_waiting=with_waiting)

    def retry(self, run_id: str, *, with_expired: bool = False, with_waiting: bool = False) -> RetryPlan:
        """Send what `plan` says, in chunks that are each locked until marked, so that two callers share the work.

        Returns:
            The plan, with what this call has really sent.

        Raises:
            InvalidInput: No such run.
            Retryable: Database or queue cannot be reached, or the queue refused some; do it again.
        """
        plan = self.plan(run_id, with_expired=with_expired, with_waiting=with_waiting)
        with self.store.read() as tx:
            run = require_run(tx.runs.get(run_id), run_id)
        sent: list[int] = []
        for start in range(0, len(plan.tracking_ids), SEND_CHUNK):
            sent += self._send(run, plan.tracking_ids[start : start + SEND_CHUNK], with_waiting=with_waiting)
        log.info("failed_retried", run_id=run_id, sent=len(sent))
        return RetryPlan(tracking_ids=tuple(sent), waiting=plan.waiting, inactive=plan.inactive, expired=plan.expired)

    def _send(self, run: Run, tracking_ids: tuple[int, ...], *, with_waiting: bool) -> list[int]:
        with self.store.begin() as tx:
            ids = tx.failures.lock_retryable(run.id, tracking_ids, with_waiting=with_waiting)
            taken = self.queue.send(run.id, ids, express=run.kind is not RunKind.SCHEDULED) if ids else set()
            tx.tasks.mark_sent(run.id, [i for i in ids if i in taken], at=self.clock.now())
        if len(taken) < len(ids):
            raise Retryable(
                f"the queue refused {len(ids) - len(taken)} of {len(ids)} messages of run {run.id}",
                code="retries_refused",
                messages=len(ids),
                refused=len(ids) - len(taken),
                run_id=run.id,
            )
        return [tracking_id for tracking_id in ids if tracking_id in taken]

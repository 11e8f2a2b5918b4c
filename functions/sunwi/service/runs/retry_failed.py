"""Queue again what a run failed to measure, from the database alone."""

from dataclasses import dataclass, replace
from typing import Any

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.retry import RetryOrder, RetryPlan, plan_retry
from sunwi.domain.run import Run, RunKind
from sunwi.errors import Retryable
from sunwi.service.ports.outside import Clock, CrawlQueue, Store
from sunwi.service.runs.audit_runs import audit_run
from sunwi.service.runs.close_run import require_run
from sunwi.service.runs.send_tasks import SEND_CHUNK

log = structlog.get_logger()

#: Of whatever cause, but neither expired ones nor those that wait.
_FAILED_ONES = RetryOrder()


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

    def plan(self, run_id: str, order: RetryOrder = _FAILED_ONES) -> RetryPlan:
        """Describe what would be sent.

        Args:
            run_id: Of a run, open or closed.
            order: Which of its unmeasured tasks.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            require_run(tx.runs.get(run_id), run_id)
            candidates = tx.failures.retry_candidates(run_id)
        return plan_retry(candidates, order)

    def retry(self, actor: Actor, run_id: str, order: RetryOrder = _FAILED_ONES) -> RetryPlan:
        """Send what `plan` says, in chunks that are each locked until marked, so that two callers share the work.

        Returns:
            The plan, with what this call has really sent.

        Raises:
            InvalidInput: No such run.
            Retryable: Database or queue cannot be reached, or the queue refused some; do it again.
        """
        plan = self.plan(run_id, order)
        with self.store.begin() as tx:
            run = require_run(tx.runs.get(run_id), run_id)
            audit_run(tx, actor, "run_retried", run_id, after=_facts(order, plan), at=self.clock.now())
        sent: list[int] = []
        for start in range(0, len(plan.tracking_ids), SEND_CHUNK):
            sent += self._send(run, plan.tracking_ids[start : start + SEND_CHUNK], with_waiting=order.with_waiting)
        log.info("failed_retried", run_id=run_id, sent=len(sent))
        return replace(plan, tracking_ids=tuple(sent))

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


def _facts(order: RetryOrder, plan: RetryPlan) -> dict[str, Any]:
    return {
        "tasks": len(plan.tracking_ids),
        "causes": sorted(cause.value for cause in order.causes),
        "with_expired": order.with_expired,
        "with_waiting": order.with_waiting,
    }

"""Have a night told of that no run will come for any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.job_order import JobOrder
from sunwi.domain.watch import Problem, ProblemKind, may_start
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.retry_conflicts import retry_conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitMissingNight:
    """Submits the evaluation of nights without a run, each once: where there is one, its end submits it.

    Attributes:
        cutoff_hour: KST hour from which a missing run is no longer started, 0 (never) to 24.
    """

    store: Store
    submit: SubmitInTransaction
    clock: Clock
    batch_timeout: timedelta
    cutoff_hour: int

    def submit_for(self, problems: Sequence[Problem], *, day: date) -> bool:
        """Submit for a KST date if its run is among the problems as missing, and may not be started any more.

        Returns:
            Whether an evaluation was submitted.

        Raises:
            StoreUnavailable: The database cannot be reached: the next check submits it.
        """
        missing = [one for one in problems if one.kind is ProblemKind.RUN_MISSING and one.day == day]
        now = self.clock.now()
        if not missing or may_start(day, now=now, cutoff_hour=self.cutoff_hour, batch_timeout=self.batch_timeout):
            return False
        return self._submit(missing[0].subject, day)

    @retry_conflicts
    def _submit(self, run_id: str, day: date) -> bool:
        order = JobOrder(work=EVALUATION_WORK, params={"day": day.isoformat()})
        with self.store.begin() as tx:
            key = f"{EVALUATION_WORK}:{run_id}:MISSING"
            return self.submit.submit(tx, order, at=self.clock.now(), idempotency_key=key) is not None

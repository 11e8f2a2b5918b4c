"""Ask for a bulk action: nothing is submitted unless just as many rows match as somebody has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.bulk_action import BULK_ACTION_WORK
from sunwi.domain.job_answers import Submitted
from sunwi.domain.job_order import JobOrder
from sunwi.errors import Conflict
from sunwi.service.bulk_actions.bulk_action import parse_bulk_action
from sunwi.service.bulk_actions.count_matching import CountMatching
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.service.ports.outside import Clock, Store

#: How long whoever asks may take it back before it begins.
TIME_TO_UNDO = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitBulkAction:
    """Submit bulk actions."""

    store: Store
    clock: Clock
    count_matching: CountMatching
    submit_job: SubmitJob

    def submit(self, actor: Actor, params: Mapping[str, Any], *, idempotency_key: str | None = None) -> Submitted:
        """Submit a bulk action that begins in `TIME_TO_UNDO`.

        Args:
            actor: Who asks; nothing of others' is touched.
            params: As `parse_bulk_action` takes them.
            idempotency_key: As of `SubmitJob.submit`.

        Raises:
            InvalidInput: Something of the params is no use, or the filter lets everything through.
            Conflict: Another number of rows matches (`count_moved`), or as of `SubmitJob.submit`.
            StoreUnavailable: The database cannot be reached.
        """
        parsed = parse_bulk_action(params)
        order = JobOrder(work=BULK_ACTION_WORK, params=parsed)
        if idempotency_key is not None and (known := self._known(actor, order, idempotency_key)):
            return known
        expected, found = parsed["expected_count"], self.count_matching.count(actor, parsed)
        if found != expected:
            raise Conflict(
                f"{found} rows match by now, and {expected} did when it was asked for: nothing was done",
                code="count_moved",
                expected=expected,
                found=found,
            )
        later = replace(order, not_before=self.clock.now() + TIME_TO_UNDO)
        return self.submit_job.submit(actor, later, idempotency_key=idempotency_key)

    def _known(self, actor: Actor, order: JobOrder, key: str) -> Submitted | None:
        """Return the job of the same request, which has changed what it counted by now."""
        with self.store.read() as tx:
            request = tx.jobs.find_request(actor.owner, key)
            job = None if request is None or request.job_id is None else tx.jobs.get(request.job_id)
        if job is None or job.work != order.work or job.params != order.params:
            return None
        return Submitted(job, is_repeat=True)

"""Submit a job of the system's own within the transaction of what calls for it: both happen, or neither."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import Job
from sunwi.domain.job_order import JobOrder, fingerprint_orders
from sunwi.domain.job_request import JobRequest
from sunwi.domain.work import Works
from sunwi.service.jobs.submitting.make_job import JobPlace, make_job
from sunwi.service.ports.outside import Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitInTransaction:
    """Stores jobs of the system, which has no limits; the tender's next tick admits them.

    Attributes:
        works: Kinds that can be submitted so.
        new_id: Makes UUIDv7s.
    """

    works: Works
    new_id: Callable[[], str]

    def submit(self, tx: Transaction, order: JobOrder, *, at: datetime, idempotency_key: str) -> Job | None:
        """Store a job, unless the key says that this was done before.

        Args:
            tx: One that may write.
            order: What is asked for.
            at: Aware UTC, now.
            idempotency_key: Of the system's; the same one is submitted once.

        Returns:
            The job; None when it was submitted before.

        Raises:
            InvalidInput: Something of the order is no use.
        """
        job = make_job(order, JobPlace(id=self.new_id(), at=at), actor=SYSTEM, works=self.works)
        request = JobRequest(
            owner=SYSTEM.owner,
            key=idempotency_key,
            fingerprint=fingerprint_orders([order]),
            job_id=job.id,
            created_at=at,
        )
        if not tx.jobs.add_request(request):
            return None
        tx.jobs.add([job])
        log.info("job_submitted", job_id=job.id, work=job.work, owner=job.owner, priority=job.priority.name)
        return job

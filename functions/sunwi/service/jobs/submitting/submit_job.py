"""Submit one job: store it and answer."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.job import Job
from sunwi.domain.job_answers import Submitted
from sunwi.domain.job_order import JobOrder, fingerprint_orders
from sunwi.domain.job_request import JobRequest
from sunwi.domain.work import Works
from sunwi.service.jobs.audit_jobs import audit_submitted
from sunwi.service.jobs.reading.find_job import require_job
from sunwi.service.jobs.submitting.admission_limits import Limits
from sunwi.service.jobs.submitting.check_notify import read_rights
from sunwi.service.jobs.submitting.make_job import JobPlace, make_job
from sunwi.service.jobs.submitting.nudge_for import nudge_for
from sunwi.service.jobs.submitting.repeat_request import check_key, check_repeat, key_spent
from sunwi.service.ports.job_engine import Tender
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitJob:
    """Store a job that somebody asks for; it waits for nothing.

    Attributes:
        new_id: Makes UUIDv7s.
        most_waiting: JOBS_MAX_PENDING.
    """

    store: Store
    tender: Tender
    clock: Clock
    works: Works
    new_id: Callable[[], str]
    most_waiting: int

    def submit(self, actor: Actor, order: JobOrder, *, idempotency_key: str | None = None) -> Submitted:
        """Store a job, unless the key says that it has been stored before.

        Args:
            actor: Who asks, and whose job it is to be.
            order: What is asked for.
            idempotency_key: The same one with the same order is answered with the same job; None is always new.

        Raises:
            InvalidInput: Something of the order is no use.
            Forbidden: The role of the actor does not reach so far.
            Conflict: Too many of its jobs wait, its kind allows one of each owner and there is one, or the key was
                used for another order.
            StoreUnavailable: The database cannot be reached. Nothing is stored, unless it went away while it answered
                to the commit: only the same key tells, and then no second job comes of it.
        """
        check_key(idempotency_key)
        asked = fingerprint_orders([order])
        if idempotency_key is not None and (known := self._find(actor, idempotency_key, asked)):
            return Submitted(known, is_repeat=True)
        place = JobPlace(id=self.new_id(), at=self.clock.now())
        job = make_job(order, place, actor=actor, works=self.works)
        request = None
        if idempotency_key is not None:
            request = JobRequest(
                owner=actor.owner, key=idempotency_key, fingerprint=asked, job_id=job.id, created_at=place.at
            )
        submitted = self._store(actor, job, request)
        if not submitted.is_repeat:
            log.info("job_submitted", job_id=job.id, work=job.work, owner=job.owner, priority=job.priority.name)
            nudge_for(self.tender, [job], now=place.at)
        return submitted

    def _find(self, actor: Actor, key: str, asked: str) -> Job | None:
        with self.store.read() as tx:
            return _repeated(tx, actor, key=key, asked=asked)

    @retry_conflicts
    def _store(self, actor: Actor, job: Job, request: JobRequest | None) -> Submitted:
        with self.store.begin() as tx:
            if job.undoes is not None:
                require_job(tx.jobs.get(job.undoes), job.undoes, actor=actor)
            read_rights(tx, actor, [job]).check(job)
            limits = Limits(tx=tx, works=self.works, most=self.most_waiting)
            limits.lock([job])
            if request is not None and not tx.jobs.add_request(request):
                known = _repeated(tx, actor, key=request.key, asked=request.fingerprint)
                if known is not None:
                    return Submitted(known, is_repeat=True)
            limits.take(job)
            tx.jobs.add([job])
            audit_submitted(tx, actor, [job], at=job.created_at)
        return Submitted(job)


def _repeated(tx: Transaction, actor: Actor, *, key: str, asked: str) -> Job | None:
    request = tx.jobs.find_request(actor.owner, key)
    if request is None:
        return None
    check_repeat(request, asked)
    job = None if request.job_id is None else tx.jobs.get(request.job_id)
    if job is None:
        raise key_spent(key)
    return job

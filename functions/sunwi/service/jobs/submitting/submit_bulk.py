"""Submit up to 10,000 jobs in one call: all, or none, or (when asked) the good ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.job import MAX_BULK_JOBS, Job
from sunwi.domain.job_answers import BulkAnswer, RowProblem
from sunwi.domain.job_order import JobOrder, fingerprint_orders
from sunwi.domain.job_request import JobRequest
from sunwi.domain.work import Works
from sunwi.errors import InvalidInput, StoreConflict
from sunwi.service.jobs.audit_jobs import audit_submitted
from sunwi.service.jobs.reading.find_job import job_missing
from sunwi.service.jobs.submitting.admission_limits import Limits
from sunwi.service.jobs.submitting.check_notify import read_rights
from sunwi.service.jobs.submitting.make_job import JobPlace, make_job
from sunwi.service.jobs.submitting.nudge_for import nudge_for
from sunwi.service.jobs.submitting.repeat_request import (
    check_key,
    check_repeat,
    error_as_json,
    error_from_json,
    key_spent,
)
from sunwi.service.ports.job_engine import Tender
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Rows on their way to be stored."""

    id: str
    rows: int
    jobs: list[Job] = field(default_factory=list)
    refused: list[RowProblem] = field(default_factory=list)

    def refuse(self, row: int, error: InvalidInput) -> None:
        self.refused.append(RowProblem(row, error))

    def answer(self, *, is_stored: bool) -> BulkAnswer:
        ids: list[str | None] = [None] * self.rows
        for job in self.jobs if is_stored else ():
            ids[job.position - 1] = job.id
        refused = sorted(self.refused, key=lambda problem: problem.row)
        return BulkAnswer(batch_id=self.id if is_stored else None, job_ids=ids, refused=refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitBulk:
    """Store jobs that are asked for together; they keep the order of their rows.

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

    def submit(
        self,
        actor: Actor,
        orders: Sequence[JobOrder],
        *,
        partial: bool = False,
        idempotency_key: str | None = None,
        problems: Sequence[RowProblem] = (),
    ) -> BulkAnswer:
        """Store a batch: nothing of it if a row is refused, unless the good ones are asked for.

        Args:
            actor: Who asks, and whose jobs they are to be.
            orders: What is asked for; they fill the rows that no problem stands in, in their order.
            partial: Store the good rows of a batch that has bad ones, too.
            idempotency_key: The same one with the same rows is answered with the same jobs.
            problems: Rows that could not be read.

        Raises:
            InvalidInput: There are no rows, or more than `MAX_BULK_JOBS`.
            Conflict: The key was used for something else.
            StoreUnavailable: The database cannot be reached; as of `SubmitJob.submit`.
        """
        rows = len(orders) + len(problems)
        _check_size(rows)
        check_key(idempotency_key)
        asked = "" if idempotency_key is None else _fingerprint(orders, problems, partial=partial)
        if idempotency_key is not None and (known := self._find(actor, idempotency_key, asked, rows)):
            return known
        batch = self._check(actor, orders, problems)
        if batch.refused and not (partial and batch.jobs):
            return batch.answer(is_stored=False)
        answer = self._store(actor, batch, partial=partial, key=idempotency_key, asked=asked)
        if answer.batch_id is not None and not answer.is_repeat:
            log.info("jobs_submitted", batch_id=answer.batch_id, owner=actor.owner, jobs=answer.stored)
            nudge_for(self.tender, batch.jobs, now=self.clock.now())
        return answer

    def _find(self, actor: Actor, key: str, asked: str, rows: int) -> BulkAnswer | None:
        with self.store.read() as tx:
            return _repeated(tx, actor, key=key, asked=asked, rows=rows)

    def _check(self, actor: Actor, orders: Sequence[JobOrder], problems: Sequence[RowProblem]) -> _Batch:
        """Check each row by itself."""
        batch = _Batch(id=self.new_id(), rows=len(orders) + len(problems), refused=list(problems))
        now, taken = self.clock.now(), {problem.row for problem in problems}
        free = (row for row in range(1, batch.rows + 1) if row not in taken)
        for row, order in zip(free, orders, strict=True):
            place = JobPlace(id=self.new_id(), at=now, batch_id=batch.id, position=row)
            try:
                batch.jobs.append(make_job(order, place, actor=actor, works=self.works))
            except InvalidInput as error:
                batch.refuse(row, error)
        return batch

    @retry_conflicts
    def _store(self, actor: Actor, checked: _Batch, *, partial: bool, key: str | None, asked: str) -> BulkAnswer:
        batch = _Batch(id=checked.id, rows=checked.rows, refused=list(checked.refused))
        with self.store.begin() as tx:
            limits = Limits(tx=tx, works=self.works, most=self.most_waiting)
            limits.lock(checked.jobs)
            if key is not None and (known := _repeated(tx, actor, key=key, asked=asked, rows=batch.rows)):
                return known
            _admit(tx, limits, checked.jobs, batch, actor=actor)
            if batch.refused and not (partial and batch.jobs):
                return batch.answer(is_stored=False)
            if key is not None:
                self._remember(tx, actor, batch, key=key, asked=asked)
            tx.jobs.add(batch.jobs)
            audit_submitted(tx, actor, batch.jobs, at=self.clock.now())
        checked.jobs[:] = batch.jobs
        return batch.answer(is_stored=True)

    def _remember(self, tx: Transaction, actor: Actor, batch: _Batch, *, key: str, asked: str) -> None:
        refused = {str(problem.row): error_as_json(problem.error) for problem in batch.refused}
        request = JobRequest(
            owner=actor.owner,
            key=key,
            fingerprint=asked,
            batch_id=batch.id,
            refused=refused,
            created_at=self.clock.now(),
        )
        if not tx.jobs.add_request(request):
            raise StoreConflict(
                f"another call with the idempotency key {key} was stored meanwhile: repeat it",
                code="idempotency_key_raced",
                key=key,
            )


def _admit(tx: Transaction, limits: Limits, jobs: Sequence[Job], batch: _Batch, *, actor: Actor) -> None:
    """Sort jobs into those that their owner may have, and those that it may not."""
    undone = {job.undoes for job in jobs if job.undoes is not None}
    seen = tx.jobs.seen_by(actor, undone) if undone else ()
    rights = read_rights(tx, actor, jobs)
    for job in jobs:
        try:
            if job.undoes is not None and job.undoes not in seen:
                raise job_missing(job.undoes)
            rights.check(job)
            limits.take(job)
        except InvalidInput as error:
            batch.refuse(job.position, error)
        else:
            batch.jobs.append(job)


def _check_size(rows: int) -> None:
    if not rows:
        raise InvalidInput("there are no rows: submit at least one job", code="bulk_empty")
    if rows > MAX_BULK_JOBS:
        raise InvalidInput(
            f"{rows} rows are too many for one call: submit at most {MAX_BULK_JOBS}",
            code="bulk_too_large",
            rows=rows,
            most=MAX_BULK_JOBS,
        )


def _fingerprint(orders: Sequence[JobOrder], problems: Sequence[RowProblem], *, partial: bool) -> str:
    bad = [[problem.row, problem.error.code, str(problem.error)] for problem in problems]
    return fingerprint_orders(orders, partial=partial, problems=bad)


def _repeated(tx: Transaction, actor: Actor, *, key: str, asked: str, rows: int) -> BulkAnswer | None:
    """Return what was answered before.

    Raises:
        Conflict: It was something else, or its jobs are no longer kept.
    """
    request = tx.jobs.find_request(actor.owner, key)
    if request is None:
        return None
    check_repeat(request, asked)
    refused = [RowProblem(int(row), error_from_json(kept)) for row, kept in request.refused.items()]
    taken = {problem.row for problem in refused}
    stored = tx.jobs.ids_of_batch(request.batch_id or "")
    if len(stored) != rows - len(taken):
        raise key_spent(key)
    left = iter(stored)
    ids = [None if row in taken else next(left) for row in range(1, rows + 1)]
    return BulkAnswer(
        batch_id=request.batch_id,
        job_ids=ids,
        refused=sorted(refused, key=lambda problem: problem.row),
        is_repeat=True,
    )

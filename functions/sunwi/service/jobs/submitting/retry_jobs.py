"""Let failed and expired jobs wait again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.job import MAX_BULK_JOBS, RETRYABLE, Job, JobState
from sunwi.domain.job_answers import RetryVerdict
from sunwi.domain.job_list import FailedJobs
from sunwi.domain.work import Works
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.jobs.audit_jobs import audit_retried
from sunwi.service.jobs.reading.find_job import job_missing
from sunwi.service.jobs.submitting.admission_limits import Limits
from sunwi.service.jobs.submitting.nudge_for import nudge_for
from sunwi.service.ports.job_engine import Tender
from sunwi.service.ports.jobs import MOST_AT_ONCE
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryJobs:
    """Make failed and expired jobs PENDING, with fresh attempts, seconds and expiry.

    Attributes:
        most_waiting: JOBS_MAX_PENDING, of each job's own submitter.
    """

    store: Store
    tender: Tender
    clock: Clock
    works: Works
    most_waiting: int

    def retry(self, actor: Actor, wanted: FailedJobs, *, fresh: bool = False) -> Sequence[RetryVerdict]:
        """Retry jobs, each for itself.

        Args:
            actor: Who asks; only what it may see is retried.
            wanted: By id, at most `MAX_BULK_JOBS`; or by filter, of which those that ended first are taken.
            fresh: Begin anew, without their checkpoints.

        Returns:
            One verdict for each job; of ids in their order.

        Raises:
            InvalidInput: Too many ids.
            StoreUnavailable: The database cannot be reached; the verdicts of what was retried before are lost, and
                doing it again does no harm.
        """
        ids = self._ids(replace(wanted, actor=actor))
        verdicts: list[RetryVerdict] = []
        for start in range(0, len(ids), MOST_AT_ONCE):
            chunk, retried = self._retry_chunk(actor, ids[start : start + MOST_AT_ONCE], fresh=fresh)
            verdicts += chunk
            nudge_for(self.tender, retried, now=self.clock.now())
        count = sum(verdict.error is None for verdict in verdicts)
        log.info("jobs_retried", by=actor.owner, jobs=count, refused=len(verdicts) - count)
        return verdicts

    def _ids(self, wanted: FailedJobs) -> list[str]:
        if wanted.job_ids is None:
            with self.store.read() as tx:
                return list(tx.jobs.list_retryable(wanted, MAX_BULK_JOBS))
        ids = list(dict.fromkeys(wanted.job_ids))
        if len(ids) > MAX_BULK_JOBS:
            raise InvalidInput(
                f"{len(ids)} jobs are too many for one call: retry at most {MAX_BULK_JOBS}",
                code="retries_too_many",
                count=len(ids),
                most=MAX_BULK_JOBS,
            )
        return ids

    @retry_conflicts
    def _retry_chunk(self, actor: Actor, ids: Sequence[str], *, fresh: bool) -> tuple[list[RetryVerdict], list[Job]]:
        with self.store.begin() as tx:
            return self.retry_in(tx, actor, ids, fresh=fresh)

    def retry_in(
        self, tx: Transaction, actor: Actor, ids: Sequence[str], *, fresh: bool
    ) -> tuple[list[RetryVerdict], list[Job]]:
        """Retry up to `MOST_AT_ONCE` jobs in a transaction of somebody else's, who nudges the tender after it.

        Six statements, however many jobs and owners.

        Returns:
            One verdict for each job, in the order of the ids, and the jobs that wait again.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        found = tx.jobs.lock(ids)
        seen = {job.id: job for job in found.values() if actor.may_see(owner=job.owner, agency_id=job.agency_id)}
        limits = Limits(tx=tx, works=self.works, most=self.most_waiting)
        limits.lock(seen.values())
        at = self.clock.now()
        retried: list[Job] = []
        verdicts: list[RetryVerdict] = []
        for job_id in ids:
            try:
                self._check(limits, seen.get(job_id), job_id)
            except InvalidInput as error:
                verdicts.append(RetryVerdict(job_id, error))
            else:
                retried.append(replace(seen[job_id], state=JobState.PENDING, not_before=at))
                verdicts.append(RetryVerdict(job_id))
        if retried:
            expires_at = {name: at + self.works.require(name).expires_after for name in {job.work for job in retried}}
            tx.jobs.retry([job.id for job in retried], at=at, expires_at=expires_at, fresh=fresh)
            audit_retried(tx, actor, retried, fresh=fresh, at=at)
        return verdicts, retried

    def _check(self, limits: Limits, job: Job | None, job_id: str) -> None:
        """Require that a job can be retried, and count it."""
        if job is None:
            raise job_missing(job_id)
        if job.state not in RETRYABLE:
            raise _not_failed(job)
        self.works.require(job.work).parse(job.params)
        limits.take(job)


def _not_failed(job: Job) -> Conflict:
    return Conflict(
        f"job {job.id} is {job.state.value.lower()}: only failed and expired jobs are retried",
        code="job_not_failed",
        job_id=job.id,
        state=job.state.value,
    )

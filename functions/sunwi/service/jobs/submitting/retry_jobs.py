"""Let failed and expired jobs wait again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.job import MAX_BULK_JOBS, RETRYABLE, Job, JobState
from sunwi.domain.job_answers import RetryVerdict
from sunwi.domain.job_list import FailedJobs
from sunwi.domain.work import Work, Works
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.jobs.reading.find_job import job_missing
from sunwi.service.jobs.submitting.admission_limits import Limits
from sunwi.service.jobs.submitting.nudge_for import nudge_for
from sunwi.service.ports.job_engine import Tender
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Jobs of one transaction.
_CHUNK = 500


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
        for start in range(0, len(ids), _CHUNK):
            chunk, retried = self._retry_chunk(actor, ids[start : start + _CHUNK], fresh=fresh)
            verdicts += chunk
            nudge_for(self.tender, retried, now=self.clock.now())
        count = sum(verdict.error is None for verdict in verdicts)
        log.info("jobs_retried", by=actor.owner, jobs=count, refused=len(verdicts) - count)
        return verdicts

    def _ids(self, wanted: FailedJobs) -> list[str]:
        if wanted.job_ids is None:
            with self.store.read() as tx:
                return [job.id for job in tx.jobs.list_retryable(wanted, MAX_BULK_JOBS)]
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
        """Retry a few hundred jobs in a transaction of somebody else's, who nudges the tender after it.

        Returns:
            One verdict for each job, in the order of the ids, and the jobs that wait again.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        retried: list[Job] = []
        verdicts: list[RetryVerdict] = []
        limits = Limits(tx=tx, works=self.works, most=self.most_waiting)
        limits.lock([job for job in map(tx.jobs.get, ids) if job is not None and _may_see(actor, job)])
        for job_id in ids:
            try:
                retried.append(self._retry(tx, limits, actor, job_id, fresh=fresh))
                verdicts.append(RetryVerdict(job_id))
            except InvalidInput as error:
                verdicts.append(RetryVerdict(job_id, error))
        return verdicts, retried

    def _retry(self, tx: Transaction, limits: Limits, actor: Actor, job_id: str, *, fresh: bool) -> Job:
        old = tx.jobs.get(job_id)
        if old is None or not _may_see(actor, old):
            raise job_missing(job_id)
        if old.state not in RETRYABLE:
            raise _not_failed(old)
        work = self.works.require(old.work)
        work.parse(old.params)
        new = retried_job(old, work, at=self.clock.now(), fresh=fresh)
        limits.take(new)
        if not tx.jobs.retry(new, state=old.state):
            raise _not_failed(tx.jobs.get(job_id) or old)
        return new


def retried_job(old: Job, work: Work, *, at: datetime, fresh: bool) -> Job:
    """Return a job as a retry stores it: at the end of the line, with whatever it may use up anew."""
    return replace(
        old,
        state=JobState.PENDING,
        attempts=0,
        ran_seconds=0,
        not_before=at,
        ready_since=at,
        expires_at=at + work.expires_after,
        version=old.version + 1,
        admitted_at=None,
        started_at=None,
        finished_at=None,
        cancel_requested_at=None,
        failure=None,
        progress=0,
        step=None,
        message=None,
        checkpoint=None if fresh else old.checkpoint,
    )


def _may_see(actor: Actor, job: Job) -> bool:
    return actor.may_see(owner=job.owner, agency_id=job.agency_id)


def _not_failed(job: Job) -> Conflict:
    return Conflict(
        f"job {job.id} is {job.state.value.lower()}: only failed and expired jobs are retried",
        code="job_not_failed",
        job_id=job.id,
        state=job.state.value,
    )

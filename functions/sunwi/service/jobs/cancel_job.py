"""Cancel a job: at once while it waits, by asking it to stop while it runs."""

from dataclasses import dataclass

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobState
from sunwi.domain.job_answers import CancelAnswer
from sunwi.errors import Conflict, StoreConflict
from sunwi.service.jobs.audit_jobs import audit_cancelled
from sunwi.service.jobs.reading.find_job import require_job
from sunwi.service.jobs.store_end import store_end
from sunwi.service.ports.doors.live import JobNudge, nobody_watches
from sunwi.service.ports.job_engine import Tender
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJob:
    """End jobs that nobody wants any more, each any number of times with the same effect."""

    store: Store
    tender: Tender
    clock: Clock
    nudge: JobNudge = nobody_watches

    def cancel(self, actor: Actor, job_id: str) -> CancelAnswer:
        """Cancel a job.

        Returns:
            Whether it has ended, or runs and is asked to stop.

        Raises:
            InvalidInput: There is no such job, or it is somebody else's.
            Conflict: It has ended otherwise.
            StoreUnavailable: The database cannot be reached.
        """
        answer, job = self._cancel(actor, job_id)
        if job.state is JobState.QUEUED:
            self.tender.nudge()
        if not job.state.is_ended:
            self.nudge(job, is_end=True)
        return answer

    @retry_conflicts
    def _cancel(self, actor: Actor, job_id: str) -> tuple[CancelAnswer, Job]:
        with self.store.begin() as tx:
            job = require_job(tx.jobs.get(job_id), job_id, actor=actor)
            if job.state is JobState.CANCELLED:
                return CancelAnswer.ENDED, job
            if job.state.is_ended:
                raise Conflict(
                    f"job {job_id} has ended already: {job.state.value.lower()}",
                    code="job_ended",
                    job_id=job_id,
                    state=job.state.value,
                )
            if job.state is JobState.RUNNING:
                is_done = tx.jobs.request_cancel(job_id, at=self.clock.now())
                answer = CancelAnswer.REQUESTED
            else:
                is_done, answer = self._end(tx, job), CancelAnswer.ENDED
            if not is_done:
                # It has moved on since it was read: begin anew.
                raise StoreConflict(
                    f"job {job_id} changed while it was being cancelled: do it again", code="job_moved", job_id=job_id
                )
            audit_cancelled(tx, actor, job, answer, at=self.clock.now())
        log.info("job_cancelled", job_id=job_id, by=actor.owner, was=job.state.value)
        return answer, job

    def _end(self, tx: Transaction, job: Job) -> bool:
        end = JobEnd(
            outcome=AttemptOutcome.CANCELLED, state=JobState.CANCELLED, at=self.clock.now(), uses_attempt=False
        )
        return store_end(tx, job, end, expected=job.state) is not None

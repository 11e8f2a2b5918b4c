"""Take a bulk action back: cancel it while it waits, or ask for its opposite once it has ended."""

from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.bulk_action import BULK_ACTION_WORK, Action
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_answers import CancelAnswer, Submitted
from sunwi.domain.job_order import JobOrder
from sunwi.errors import Conflict
from sunwi.service.bulk_actions.read_changes import check_undoable
from sunwi.service.jobs.cancel_job import CancelJob
from sunwi.service.jobs.reading.find_job import require_job
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoBulkAction:
    """Take bulk actions back, each any number of times with the same effect."""

    store: Store
    submit_job: SubmitJob
    cancel_job: CancelJob

    def undo(self, actor: Actor, job_id: str) -> Submitted | None:
        """Undo a bulk action.

        Returns:
            The job that reverts exactly the rows that it changed, as far as they are still as it left them; None when
            it had not begun, and was cancelled.

        Raises:
            InvalidInput: There is no such job, or it is somebody else's.
            Conflict: It runs, is none that can be taken back, or changed nothing.
            StoreUnavailable: The database cannot be reached.
        """
        job = self._job(actor, job_id)
        if job.work == BULK_ACTION_WORK and job.state in (JobState.PENDING, JobState.QUEUED):
            if self.cancel_job.cancel(actor, job_id) is CancelAnswer.REQUESTED:
                raise _still_runs(job)
            job = self._job(actor, job_id)
            if job.checkpoint is None:
                return None
        if not job.state.is_ended:
            raise _still_runs(job)
        check_undoable(job)
        order = JobOrder(work=BULK_ACTION_WORK, params={"action": Action.UNDO.value, "job_id": job_id}, undoes=job_id)
        return self.submit_job.submit(actor, order, idempotency_key=f"undo:{job_id}")

    def _job(self, actor: Actor, job_id: str) -> Job:
        with self.store.read() as tx:
            return require_job(tx.jobs.get(job_id), job_id, actor=actor)


def _still_runs(job: Job) -> Conflict:
    return Conflict(
        f"job {job.id} still runs: cancel it or wait for its end, and undo it then",
        code="undo_too_early",
        job_id=job.id,
    )

"""Show one job with its attempts."""

from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.job_answers import ShownJob
from sunwi.domain.work import Works
from sunwi.service.jobs.reading.find_job import require_job
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowJob:
    """Show jobs to whoever may see them."""

    store: Store
    works: Works

    def show(self, actor: Actor, job_id: str) -> ShownJob:
        """Return a job.

        Raises:
            InvalidInput: There is no such job, or it is somebody else's.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            job = require_job(tx.jobs.get(job_id), job_id, actor=actor)
            return ShownJob(job, tx.jobs.attempts_of(job_id), self.works.find(job.work))

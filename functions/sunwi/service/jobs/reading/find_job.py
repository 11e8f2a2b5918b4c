"""Find a job for whoever may see it."""

from sunwi.domain.actor import Actor
from sunwi.domain.job import Job
from sunwi.errors import InvalidInput


def require_job(job: Job | None, job_id: str, *, actor: Actor) -> Job:
    """Require that a job exists and is the actor's to see: somebody else's is not told from none.

    Raises:
        InvalidInput: It does not, or is not.
    """
    if job is None or not actor.may_see(owner=job.owner, agency_id=job.agency_id):
        raise job_missing(job_id)
    return job


def job_missing(job_id: str) -> InvalidInput:
    """Return what is answered where there is no job, or none that the asker may see."""
    return InvalidInput(f"there is no job {job_id}", code="job_missing", job_id=job_id)

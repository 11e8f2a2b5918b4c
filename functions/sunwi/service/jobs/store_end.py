"""Store the end of an attempt, or that it was cancelled where somebody has asked for that meanwhile; tell of it."""

from sunwi.domain.job import Job, JobEnd, JobKey, JobState
from sunwi.domain.job_end import cancelled
from sunwi.domain.job_notify import notice_of_end
from sunwi.service.ports.outside import Transaction


def store_end(tx: Transaction, job: Job, end: JobEnd, *, expected: JobState) -> JobEnd | None:
    """Store an end by whoever read the job before this transaction, with the notice that its submitter asked for.

    Args:
        tx: Open, to write.
        job: As it was read, in the generation that ends.
        end: As it was decided, not knowing of a cancel that came since.
        expected: The state that the job is to be in.

    Returns:
        The end that was stored; None when the job has moved on, and nothing was.
    """
    stored = _store(tx, JobKey(job.id, job.generation), end, expected=expected)
    if stored is not None and (notice := notice_of_end(job, stored)) is not None:
        tx.notices.post([notice], at=stored.at)
    return stored


def _store(tx: Transaction, key: JobKey, end: JobEnd, *, expected: JobState) -> JobEnd | None:
    if tx.jobs.end(key, end, expected=expected):
        return end
    if expected is not JobState.RUNNING or end.state in (JobState.SUCCEEDED, JobState.CANCELLED):
        return None
    stopped = cancelled(at=end.at, seconds=end.seconds)
    return stopped if tx.jobs.end(key, stopped, expected=expected) else None

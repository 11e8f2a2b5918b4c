"""Store the end of an attempt, or that it was cancelled where somebody has asked for that meanwhile."""

from sunwi.domain.job import JobEnd, JobKey, JobState
from sunwi.domain.job_end import cancelled
from sunwi.service.ports.outside import Transaction


def store_end(tx: Transaction, key: JobKey, end: JobEnd, *, expected: JobState) -> JobEnd | None:
    """Store an end by whoever read the job before this transaction.

    Args:
        tx: Open, to write.
        key: Of the attempt.
        end: As it was decided, not knowing of a cancel that came since.
        expected: The state that the job was read in.

    Returns:
        The end that was stored; None when the job has moved on, and nothing was.
    """
    if tx.jobs.end(key, end, expected=expected):
        return end
    if expected is not JobState.RUNNING or end.state in (JobState.SUCCEEDED, JobState.CANCELLED):
        return None
    stopped = cancelled(at=end.at, seconds=end.seconds)
    return stopped if tx.jobs.end(key, stopped, expected=expected) else None

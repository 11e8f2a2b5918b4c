"""What an attempt that did not succeed leads to.

Source: docs/adr/0051-jobs-on-step-functions.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.job import REFUSED_PAUSE, AttemptOutcome, Job, JobEnd, JobFailure, JobState
from sunwi.domain.work import BackOff, Work

#: Errors of Step Functions that only the function's own end is reported with; all others leave it open whether the
#: worker is gone. Source: Step Functions Developer Guide, "Handling errors"; Lambda, "Runtime errors".
_DEATHS = ("Runtime.", "Sandbox.Timedout", "Function.")

#: Errors of Step Functions that say that the function was not reached, or not known to be. Source: as above.
_REFUSALS = ("Lambda.", "States.")

#: Why a job failed whose time was over before anything else had failed.
EXPIRED = JobFailure("expired", {}, "its time was over before it was done")

#: Why an attempt ended that ran when the backup was taken which its job was restored from.
RESTORED = JobFailure("restored", {}, "it ran when the backup was taken that this database was restored from")

#: Raised by a worker whose attempt another invocation has: that one goes on.
_ATTEMPT_TAKEN = "AttemptTaken"


def proves_death(error: str, error_type: str) -> bool:
    """Return whether an error that the state machine caught says that the worker is gone.

    Args:
        error: Name of the error.
        error_type: `errorType` of its cause, where that is JSON; else empty.
    """
    if _ATTEMPT_TAKEN in (error, error_type):
        return False
    return error.startswith(_DEATHS)


def is_refusal(error: str) -> bool:
    """Return whether an error before the claim may say no more than that Lambda was busy or away: no attempt then.

    Any other one came from the function, which could not start.

    Args:
        error: Name of the error that the state machine caught.
    """
    return error == _ATTEMPT_TAKEN or error.startswith(_REFUSALS)


@dataclass(frozen=True, slots=True)
class ExpiredJobs:
    """Waiting jobs that were ended since their time was over.

    Attributes:
        number: Of all of them.
        to_tell: Those whose submitters asked to be told of the end, as they are now.
    """

    number: int
    to_tell: Sequence[Job] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAttempt:
    """An attempt that did not succeed.

    Attributes:
        failure: Why.
        outcome: How it ended.
        at: Aware, when.
        seconds: For how long it ran.
        jitter: Random in [0, 1]; draws the pause.
        is_retryable: Whether another attempt can help.
    """

    failure: JobFailure
    outcome: AttemptOutcome
    at: datetime
    seconds: float = 0
    jitter: float
    is_retryable: bool = True


def after_failure(job: Job, work: Work | None, attempt: FailedAttempt) -> JobEnd:
    """Decide what follows a failed attempt: the next one after a pause, or the job's end.

    Args:
        job: As it was while the attempt ran.
        work: Its kind; None when there is none of that name.
        attempt: What failed.
    """
    at, seconds = attempt.at, attempt.seconds
    if job.cancel_requested_at is not None:
        return cancelled(at=at, seconds=seconds)
    back_off = BackOff() if work is None else work.back_off
    used = job.attempts + 1
    has_time = job.ran_seconds + seconds < job.limit_seconds
    if not (attempt.is_retryable and used <= back_off.tries and has_time):
        return JobEnd(outcome=attempt.outcome, state=JobState.FAILED, at=at, failure=attempt.failure, seconds=seconds)
    next_at = at + back_off.pause(used, attempt.jitter)
    if next_at >= job.expires_at:
        return replace(
            expired(at=at, failure=attempt.failure, seconds=seconds), outcome=attempt.outcome, uses_attempt=True
        )
    is_plain = attempt.outcome is AttemptOutcome.FAILED
    return JobEnd(
        outcome=AttemptOutcome.BACKED_OFF if is_plain else attempt.outcome,
        state=JobState.PENDING,
        at=at,
        not_before=next_at,
        failure=attempt.failure,
        seconds=seconds,
    )


def after_refusal(job: Job, *, at: datetime, seconds: float = 0) -> JobEnd:
    """Let a job wait that was refused before its work began: no attempt is used up."""
    if job.cancel_requested_at is not None:
        return cancelled(at=at, seconds=seconds)
    if at + REFUSED_PAUSE >= job.expires_at:
        return expired(at=at, failure=job.failure, seconds=seconds)
    return JobEnd(
        outcome=AttemptOutcome.NOT_STARTED,
        state=JobState.PENDING,
        at=at,
        uses_attempt=False,
        not_before=at + REFUSED_PAUSE,
        failure=job.failure,
        seconds=seconds,
    )


def after_pause(job: Job, *, at: datetime, seconds: float) -> JobEnd:
    """Let a job go on later from the checkpoint that it has just stored: no attempt is used up."""
    if at >= job.expires_at:
        return expired(at=at, failure=job.failure, seconds=seconds)
    return JobEnd(
        outcome=AttemptOutcome.PAUSED,
        state=JobState.PENDING,
        at=at,
        uses_attempt=False,
        not_before=at,
        failure=job.failure,
        seconds=seconds,
    )


def expired(*, at: datetime, failure: JobFailure | None, seconds: float = 0) -> JobEnd:
    """End a job whose time is over; what last failed is kept as the reason."""
    return JobEnd(
        outcome=AttemptOutcome.EXPIRED,
        state=JobState.EXPIRED,
        at=at,
        uses_attempt=False,
        failure=failure or EXPIRED,
        seconds=seconds,
    )


def cancelled(*, at: datetime, seconds: float = 0) -> JobEnd:
    """End a job that somebody asked to stop."""
    return JobEnd(
        outcome=AttemptOutcome.CANCELLED, state=JobState.CANCELLED, at=at, uses_attempt=False, seconds=seconds
    )


def after_restore(job: Job, *, at: datetime) -> JobEnd:
    """Let a job wait again that was admitted in a database which was restored: its worker is gone, no attempt is used.

    Args:
        job: QUEUED or RUNNING.
        at: Aware UTC.
    """
    if job.cancel_requested_at is not None:
        return cancelled(at=at)
    if at >= job.expires_at:
        return expired(at=at, failure=job.failure)
    has_run = job.state is JobState.RUNNING
    return JobEnd(
        outcome=AttemptOutcome.CRASHED if has_run else AttemptOutcome.NOT_STARTED,
        state=JobState.PENDING,
        at=at,
        uses_attempt=False,
        not_before=at,
        failure=RESTORED if has_run else job.failure,
    )

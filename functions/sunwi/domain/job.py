"""A job (작업): something asked for that is not measuring a tracking in a run.

Source: docs/adr/0051-jobs-on-step-functions.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job_priority import Priority

#: Bytes of a result, as JSON in UTF-8, that the database keeps; more goes to a file.
MAX_RESULT_BYTES = 64 * 1024

#: Jobs of one submission, at most.
MAX_BULK_JOBS = 10_000


class JobState(StrEnum):
    """Where a job stands; the codes are stored."""

    #: It waits to be admitted.
    PENDING = "PENDING"
    #: It is admitted: an execution has been started, or is about to be.
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"

    @property
    def is_ended(self) -> bool:
        """Whether nothing more happens to it unless somebody retries it."""
        return self in ENDED


#: States that take one of the workers.
BUSY = (JobState.QUEUED, JobState.RUNNING)
#: States that count against JOBS_MAX_PENDING and forbid a second job where a kind allows one for each owner.
ACTIVE = (JobState.PENDING, *BUSY)
ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED)
#: States that a retry leads out of.
RETRYABLE = (JobState.FAILED, JobState.EXPIRED)


class AttemptOutcome(StrEnum):
    """How one attempt ended; the codes are stored."""

    SUCCEEDED = "succeeded"
    #: It ended the job.
    FAILED = "failed"
    #: The job waits for its next attempt.
    BACKED_OFF = "backed_off"
    #: It stopped at a checkpoint, from which the next one goes on: no attempt is used up.
    PAUSED = "paused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    #: The function died.
    CRASHED = "crashed"
    #: It was ended at its hard limit.
    TIMED_OUT = "timed_out"
    #: It was never claimed: the function could not start, or was refused.
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed, for `wording` to say.

    Attributes:
        code: Of a `SunwiError`, or one of the engine's: `crash`, `timed_out`, `cannot_start`, `no_progress`,
            `unknown_work`, `old_params`, `expired`, `result_too_large`, `restored`.
        fields: What fills its sentence; no params, nothing that came from a page.
        reason: The English message, cut; for logs and operators.
    """

    code: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A stored job; times are aware UTC.

    Attributes:
        id: UUIDv7.
        work: Its kind, by the name in the registry.
        params: As they were submitted; `Work.parse` has accepted them.
        owner: An account, `cli:<user>`, or `system`.
        agency_id: Of the owner, when it was submitted.
        batch_id: Of the bulk submission that it belongs to.
        position: Its row there, from 1; 0 of a single one.
        generation: Grows with every admission; names the execution with the id.
        attempts: Attempts that are used up.
        not_before: It is not admitted before that.
        ready_since: Its place in the line: set by submit and retry, kept by back-off, crash and checkpoint.
        limit_seconds: Running time over all attempts, at most.
        ran_seconds: Running time of the attempts that have ended.
        expires_at: It ends unfinished then, whatever it waits for.
        progress: 0 to 100; of the attempt that runs, or of the last one.
        step: Key of one of its kind's steps.
        message: What it is doing, in Korean.
        version: Grows with every change.
        cancel_requested_at: Somebody asked to stop it while it ran.
        checkpoint: Where the next attempt goes on.
        result: Small enough for the database; files are named in it.
        lane: Lane of the kind's site that its pages belong to, if the kind has a site.
        notify: What is told of its end, as its submitter asked; read by notices.
        undoes: Id of the job that this one takes back.
    """

    id: str
    work: str
    params: Mapping[str, Any]
    owner: str
    agency_id: int | None
    batch_id: str | None = None
    position: int = 0
    priority: Priority = Priority.NORMAL
    state: JobState = JobState.PENDING
    generation: int = 0
    attempts: int = 0
    not_before: datetime
    ready_since: datetime
    limit_seconds: int
    ran_seconds: float = 0
    expires_at: datetime
    progress: int = 0
    step: str | None = None
    message: str | None = None
    version: int = 1
    created_at: datetime
    admitted_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    checkpoint: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    failure: JobFailure | None = None
    lane: str | None = None
    notify: Mapping[str, Any] | None = None
    undoes: str | None = None

    @property
    def execution_name(self) -> str:
        """Name of the execution of its present generation."""
        return f"{self.id}-{self.generation}"

    @property
    def is_of_system(self) -> bool:
        """Whether no person asked for it."""
        return self.owner == SYSTEM_OWNER

    def left_seconds(self) -> float:
        """Return the running time that its attempts have left together."""
        return max(0.0, self.limit_seconds - self.ran_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAttempt:
    """One attempt: one execution that was admitted; times are aware UTC.

    Attributes:
        worker_id: Of the function's environment that claimed it; None when nobody did.
        seconds: Running time, from the claim to the end.
        code: Of its failure.
    """

    job_id: str
    generation: int
    admitted_at: datetime
    worker_id: str | None
    started_at: datetime | None
    finished_at: datetime | None
    outcome: AttemptOutcome | None
    code: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class JobKey:
    """One attempt of a job, as every write of it is guarded."""

    job_id: str
    generation: int

    @property
    def execution_name(self) -> str:
        """Name of its execution."""
        return f"{self.job_id}-{self.generation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How far an attempt is.

    Attributes:
        percent: 0 to 100; never backwards within an attempt.
        step: Key of one of its kind's steps; None leaves the last one.
        message: In Korean; None leaves the last one.
    """

    percent: int
    step: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """What an attempt leads to; the job's new state and what goes with it.

    Attributes:
        outcome: Of the attempt.
        state: PENDING or an ended one.
        at: Aware UTC.
        uses_attempt: Whether one of the kind's tries is used up.
        not_before: When it is PENDING: the back-off.
        failure: Why; kept while it waits for its next attempt, too.
        seconds: Running time of the attempt.
    """

    outcome: AttemptOutcome
    state: JobState
    at: datetime
    uses_attempt: bool = True
    not_before: datetime | None = None
    failure: JobFailure | None = None
    result: Mapping[str, Any] | None = None
    seconds: float = 0


#: Nothing is known of a worker for so long: it is gone.
WORKER_DEAD_AFTER = timedelta(minutes=3)
#: How often a worker says that it lives.
HEARTBEAT = timedelta(seconds=30)
#: A row of a worker that was not heard of for so long is deleted.
WORKER_KEPT = timedelta(days=1)
#: A job whose worker was refused before its claim waits for so long.
REFUSED_PAUSE = timedelta(minutes=5)
#: An execution is asked about when it was admitted longer ago than that.
EXECUTION_GRACE = timedelta(seconds=60)

"""What is answered to whoever submits, cancels, retries or reads jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sunwi.domain.job import Job, JobAttempt
from sunwi.domain.work import Work
from sunwi.domain.worker_pool import PoolChange, WorkerPool
from sunwi.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that was submitted.

    Attributes:
        is_repeat: Its idempotency key had been used before: nothing was stored.
    """

    job: Job
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a bulk submission that cannot be a job.

    Attributes:
        row: From 1.
    """

    row: int
    error: InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAnswer:
    """What became of a bulk submission, row by row.

    Attributes:
        batch_id: Of its jobs; None when nothing was stored.
        job_ids: One for each row; None where the row is refused, and everywhere when nothing was stored.
        refused: By row.
        is_repeat: Its idempotency key had been used before: nothing was stored by this call.
    """

    batch_id: str | None
    job_ids: Sequence[str | None]
    refused: Sequence[RowProblem] = ()
    is_repeat: bool = False

    @property
    def stored(self) -> int:
        """Jobs of it."""
        return sum(job_id is not None for job_id in self.job_ids)


class CancelAnswer(StrEnum):
    """What a cancel led to."""

    #: The job has ended.
    ENDED = "ended"
    #: It runs: it is asked to stop.
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class RetryVerdict:
    """What became of one job that was to be retried.

    Attributes:
        error: Why it was not; None when it waits again.
    """

    job_id: str
    error: InvalidInput | None = None


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job with its attempts.

    Attributes:
        attempts: By generation.
        work: Its kind; None of one that is no longer known.
    """

    job: Job
    attempts: Sequence[JobAttempt]
    work: Work | None


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job leaves.

    Attributes:
        files: Names of the files that can be read besides.
    """

    result: Mapping[str, Any]
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolView:
    """The pool, and what it is there for.

    Attributes:
        changes: The latest first.
        waiting: Jobs whose time has come and that are not admitted.
        busy: Jobs that are admitted, by kind.
    """

    pool: WorkerPool
    changes: Sequence[PoolChange]
    waiting: int
    busy: Mapping[str, int]

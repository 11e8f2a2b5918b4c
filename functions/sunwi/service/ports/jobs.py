"""What the use cases need of the tables of jobs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sunwi.domain.actor import Actor
from sunwi.domain.job import Job, JobAttempt, JobEnd, JobKey, JobProgress, JobState
from sunwi.domain.job_admission import AdmissibleJob, AdmittedJob, JobLine, PassedOver
from sunwi.domain.job_end import ExpiredJobs
from sunwi.domain.job_list import FailedJobs, JobCounts, JobPage, JobQuery
from sunwi.domain.job_request import JobRequest
from sunwi.domain.job_signs import Heard
from sunwi.domain.worker_pool import PoolChange, Worker, WorkerPool

#: What one statement is asked about at a time.
MOST_AT_ONCE = 1000


class Jobs(Protocol):
    """Stored jobs, as whoever asks for them sees them."""

    def add(self, jobs: Sequence[Job]) -> None:
        """Store new jobs, a thousand by a constant number of statements."""
        ...

    def get(self, job_id: str) -> Job | None:
        """Return a job; None when there is none."""
        ...

    def lock(self, job_ids: Sequence[str]) -> Mapping[str, Job]:
        """Return those of some jobs that there are, by id, locked until the transaction ends, by one statement.

        Args:
            job_ids: At most `MOST_AT_ONCE`.
        """
        ...

    def seen_by(self, actor: Actor, job_ids: Collection[str]) -> Collection[str]:
        """Return the ids of those jobs that there are and that an actor may see, a thousand by one statement."""
        ...

    def attempts_of(self, job_id: str) -> Sequence[JobAttempt]:
        """Return a job's attempts, by generation."""
        ...

    def count_waiting_of(self, actors: Sequence[Actor]) -> Sequence[int]:
        """Count the PENDING jobs that count against each actor: its agency's if it has one, else its own.

        One statement, for `MOST_AT_ONCE` actors at most.
        """
        ...

    def find_active_of(self, owners: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Return the ids of owners' active jobs of a kind, by owner and kind, as far as there are any.

        One statement, for `MOST_AT_ONCE` owners at most.
        """
        ...

    def lock_owners(self, owners: Collection[tuple[str, str]]) -> None:
        """Wait until no other transaction has one of these owners and kinds locked; one statement.

        Whoever locks several does so in one call, so that no two wait for each other.
        """
        ...

    def find_request(self, owner: str, key: str) -> JobRequest | None:
        """Return what was answered to an owner's idempotency key; None when it is new."""
        ...

    def add_request(self, request: JobRequest) -> bool:
        """Store an idempotency key with its answer; False when somebody else just has."""
        ...

    def ids_of_batch(self, batch_id: str) -> Sequence[str]:
        """Return the jobs of a bulk submission, by position."""
        ...

    def page(self, query: JobQuery) -> JobPage:
        """Return one page of a list of jobs, newest first."""
        ...

    def list_retryable(self, wanted: FailedJobs, limit: int) -> Sequence[str]:
        """Return the ids of FAILED and EXPIRED jobs, longest ended first."""
        ...

    def retry(
        self, job_ids: Sequence[str], *, at: datetime, expires_at: Mapping[str, datetime], fresh: bool
    ) -> Collection[str]:
        """Let FAILED and EXPIRED jobs wait anew with all that they may use up, by one statement.

        Args:
            job_ids: At most `MOST_AT_ONCE`; those in other states stay as they are.
            at: Their place in the line.
            expires_at: When they end unfinished, by kind; of every kind that is among them.
            fresh: Drop their checkpoints.

        Returns:
            The ids of those that wait now.
        """
        ...

    def request_cancel(self, job_id: str, *, at: datetime) -> bool:
        """Ask a RUNNING job to stop; False when it does not run. Asking twice keeps the first time."""
        ...

    def end(self, key: JobKey, end: JobEnd, *, expected: JobState) -> bool:
        """Store how an attempt or a waiting job ended, its attempt's row and its counters with it.

        Only while the job is in `expected` and of that generation; nothing is written otherwise. A RUNNING job that
        somebody has asked to stop takes no end but SUCCEEDED and CANCELLED.

        Returns:
            Whether it was.
        """
        ...


class JobAttempts(Protocol):
    """What a worker writes while it has a job; every write is guarded by id, generation and RUNNING."""

    def claim(self, key: JobKey, worker: Worker, *, at: datetime) -> Job | None:
        """Make a QUEUED job RUNNING, with its attempt's and the worker's rows; None when there is nothing to claim."""
        ...

    def is_running(self, key: JobKey) -> bool:
        """Return whether that very attempt of a job is RUNNING."""
        ...

    def record_progress(self, key: JobKey, progress: JobProgress) -> Heard:
        """Store how far an attempt is; a percentage below the stored one is left out."""
        ...

    def save_checkpoint(self, key: JobKey, checkpoint: Mapping[str, object]) -> Heard:
        """Store where the next attempt goes on, with whatever else this transaction writes."""
        ...

    def hear(self, key: JobKey, worker: Worker) -> Heard:
        """Renew a worker's row, and return what became of its job, in one statement."""
        ...


class JobQueue(Protocol):
    """The line of those that wait, and the pool that they wait for; the tender's alone to write."""

    def lock_pool(self) -> WorkerPool:
        """Return the pool, locked until the transaction ends.

        Raises:
            StoreUnavailable: Somebody else has had it locked for 5 seconds.
        """
        ...

    def lock_pool_if_any_waits(self, now: datetime) -> WorkerPool | None:
        """Do the same if a PENDING job's `not_before` has come; None, and nothing is locked, when nobody waits.

        Who is submitted meanwhile is not seen, and has a nudge of its own.

        Raises:
            StoreUnavailable: Somebody else has had it locked for 5 seconds.
        """
        ...

    def pool(self) -> WorkerPool:
        """Return the pool."""
        ...

    def save_pool(self, pool: WorkerPool, *, before: WorkerPool) -> None:
        """Store the pool and keep the change."""
        ...

    def pool_changes(self, limit: int) -> Sequence[PoolChange]:
        """Return the last changes, the latest first."""
        ...

    def paused_at(self) -> datetime | None:
        """Return when the pool was last paused by somebody; None when it never was."""
        ...

    def record_tick(self, at: datetime) -> None:
        """Store that the tender ticks, unless that was stored less than half a minute ago."""
        ...

    def busy(self) -> Mapping[str, int]:
        """Count the QUEUED and RUNNING jobs by kind."""
        ...

    def count_waiting(self, now: datetime) -> int:
        """Count the PENDING jobs whose `not_before` has come."""
        ...

    def has_urgent(self, now: datetime, *, since: datetime) -> bool:
        """Return whether a PENDING job of normal priority or above, ready since then, could be admitted by its time."""
        ...

    def best(self, now: datetime, limit: int, passed_over: PassedOver) -> Sequence[AdmissibleJob]:
        """Return PENDING jobs whose `not_before` has come: highest priority first, then longest ready, then by row."""
        ...

    def line(self, now: datetime, limit: int, passed_over: PassedOver) -> JobLine:
        """Return what `busy` and `best` do, by one statement."""
        ...

    def admit(self, job_ids: Sequence[str], *, at: datetime) -> Sequence[AdmittedJob]:
        """Make PENDING jobs QUEUED, with their next generation and a row for the attempt, in the order given."""
        ...

    def admitted_before(self, at: datetime) -> Sequence[Job]:
        """Return the QUEUED and RUNNING jobs that were admitted before a time."""
        ...

    def expire_waiting(self, now: datetime, limit: int) -> ExpiredJobs:
        """End PENDING jobs whose `expires_at` has come, the longest overdue first.

        What last failed is kept as their failure; their counters are written with them, by one statement.
        """
        ...

    def list_overdue(self, now: datetime) -> Sequence[Job]:
        """Return the QUEUED jobs whose `expires_at` has come."""
        ...

    def has_open_run(self) -> bool:
        """Return whether a scheduled run is open, so that jobs get few turns of its site."""
        ...


class Workers(Protocol):
    """Rows of worker environments."""

    def of_attempt(self, key: JobKey) -> Worker | None:
        """Return the worker that has an attempt; None when none has, or it has another by now."""
        ...

    def list_all(self) -> Sequence[Worker]:
        """Return the workers that are known, the latest heard of first."""
        ...

    def delete_silent(self, before: datetime, limit: int) -> int:
        """Delete the rows of workers that were last heard of before a time, so many at most; return their number."""
        ...


class JobHistory(Protocol):
    """What is counted when jobs end, so that nothing counts over history."""

    def counts(self, since: datetime) -> Sequence[JobCounts]:
        """Return the ended jobs of each hour from a time on, by kind, state and code, with their running times."""
        ...

    def waiting(self) -> Mapping[tuple[str, JobState], int]:
        """Count the jobs that have not ended, by kind and state."""
        ...

    def first_at(self) -> datetime | None:
        """Return when the oldest stored job was submitted, in aware UTC; None without any."""
        ...

    def oldest_waiting(self, now: datetime) -> Mapping[int, datetime]:
        """Return since when the longest waiting PENDING job could have been admitted, by priority.

        One whose `not_before` is still to come does not wait; one that was put off waits since then.
        """
        ...

    def delete_requests(self, before: datetime, limit: int) -> int:
        """Delete idempotency keys of before a time whose jobs are gone, the oldest first; return their number."""
        ...

    def delete_hours(self, before: datetime, limit: int) -> int:
        """Delete the counts of hours before a time, the oldest first, so many at most; return their number."""
        ...

    def drop_results(self, before: datetime, limit: int) -> int:
        """Take the results out of jobs that ended before a time; return their number."""
        ...

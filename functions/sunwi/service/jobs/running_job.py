"""What a kind's runner sees of its job while an attempt runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sunwi.domain.job import Job, JobKey, JobProgress
from sunwi.domain.job_signs import Heard
from sunwi.errors import AttemptLost, AttemptPaused, JobCancelled
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import JobNudge, nobody_watches
from sunwi.service.ports.job_engine import JobFiles
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

#: Seconds between two writes of progress, at least.
_PROGRESS_PAUSE = 1.0

#: Writes rows in a transaction of the attempt's own.
WriteRows = Callable[[Transaction], None]

#: Does a kind's work; returns the result, JSON and small.
JobRunner = Callable[["RunningJob"], Mapping[str, Any]]


@dataclass(slots=True, kw_only=True)
class RunningJob:
    """One attempt of a job; its methods raise `JobCancelled` and `AttemptLost`, which a runner lets pass.

    Attributes:
        job: As it was claimed; `job.checkpoint` is where to go on.
        stop_at: By `Clock.monotonic`: after it a saved checkpoint ends the attempt.
        end_at: By `Clock.monotonic`: when the attempt is ended.
    """

    job: Job
    store: Store
    files: JobFiles
    clock: Clock
    stop_at: float
    end_at: float
    wants_cancel: bool = False
    is_lost: bool = False
    #: Tells open pages that it has gone on.
    nudge: JobNudge = nobody_watches
    #: Written in the transaction that ends the job.
    last_rows: WriteRows | None = None
    checkpoint: Mapping[str, Any] | None = None
    _percent: int = 0
    _step: str | None = None
    _written_at: float = field(default=float("-inf"))

    @property
    def key(self) -> JobKey:
        """Id and generation."""
        return JobKey(self.job.id, self.job.generation)

    def left_seconds(self) -> float:
        """Return how long the attempt may still run."""
        return max(0.0, self.end_at - self.clock.monotonic())

    def time_left(self, *, reserve_seconds: float = 0) -> timedelta:
        """Return how long the attempt may still run when so many seconds of it are kept for something else."""
        return timedelta(seconds=max(0.0, self.left_seconds() - reserve_seconds))

    def check(self) -> None:
        """Stop here if the job was cancelled or lost, as far as the heartbeat has heard.

        Raises:
            JobCancelled: Somebody asked to stop.
            AttemptLost: It is not this attempt's any more.
        """
        if self.is_lost:
            raise AttemptLost(f"job {self.job.id} is not generation {self.job.generation}'s any more")
        if self.wants_cancel:
            raise JobCancelled(f"job {self.job.id} was cancelled")

    def progress(self, percent: int, *, step: str | None = None, message: str | None = None) -> None:
        """Record how far the attempt is, never backwards, and at most once a second but for a new step.

        Args:
            percent: 0 to 100; a smaller one than before counts as the one before.
            step: Key of one of the kind's steps.
            message: What it is doing, in Korean.

        Raises:
            JobCancelled: Somebody asked to stop.
            AttemptLost: It is not this attempt's any more.
            StoreUnavailable: The database cannot be reached.
        """
        self.check()
        self._percent = max(self._percent, min(percent, 100))
        now, is_new_step = self.clock.monotonic(), step is not None and step != self._step
        self._step = step or self._step
        if now - self._written_at < _PROGRESS_PAUSE and not is_new_step:
            return
        with self.store.begin() as tx:
            progress = JobProgress(percent=self._percent, step=self._step, message=message)
            heard = tx.job_attempts.record_progress(self.key, progress)
        self._written_at = now
        self.take(heard)
        self.check()
        self.nudge(self.job)

    def save(self, checkpoint: Mapping[str, Any], *, rows: WriteRows | None = None) -> None:
        """Store where the next attempt goes on and what was done up to here, in one transaction.

        Args:
            checkpoint: JSON.
            rows: Writes what belongs to it.

        Raises:
            AttemptPaused: The attempt's time is over: the next one goes on from here.
            JobCancelled: Somebody asked to stop; this much is saved.
            AttemptLost: It is not this attempt's any more; nothing is saved.
            StoreUnavailable: The database cannot be reached; nothing is saved.
        """
        with self.store.begin() as tx:
            heard = tx.job_attempts.save_checkpoint(self.key, checkpoint)
            if heard.is_mine and rows is not None:
                rows(tx)
        self.take(heard)
        if heard.is_mine:
            self.checkpoint = checkpoint
        self._go_on_or_stop()

    def save_rows(self, write: Callable[[Transaction], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Write rows, then the checkpoint that follows from them, in one transaction.

        Args:
            write: Writes the rows and returns the checkpoint, JSON; it may be called again where another transaction
                was in the way.

        Returns:
            The checkpoint.

        Raises:
            AttemptPaused: The attempt's time is over: the next one goes on from here.
            JobCancelled: Somebody asked to stop; this much is saved.
            AttemptLost: It is not this attempt's any more; nothing is saved.
            StoreUnavailable: The database cannot be reached; nothing is saved.
        """
        self.checkpoint = checkpoint = retry_conflicts(self._save_rows)(write)
        self._go_on_or_stop()
        return checkpoint

    def _save_rows(self, write: Callable[[Transaction], Mapping[str, Any]]) -> Mapping[str, Any]:
        with self.store.begin() as tx:
            checkpoint = write(tx)
            heard = tx.job_attempts.save_checkpoint(self.key, checkpoint)
            self.take(heard)
            if not heard.is_mine:
                # Raised inside the transaction: it takes the rows back.
                self.check()
        return checkpoint

    def _go_on_or_stop(self) -> None:
        self.check()
        if self.clock.monotonic() >= self.stop_at:
            raise AttemptPaused(f"job {self.job.id} goes on from its checkpoint")

    def save_at_end(self, rows: WriteRows) -> None:
        """Write rows in the transaction that ends the job, or not at all."""
        self.last_rows = rows

    def keep_file(self, name: str, data: bytes, *, content_type: str) -> str:
        """Keep a file of the result; the same attempt's file of that name is replaced.

        Returns:
            Its key, for the result.

        Raises:
            Retryable: The store cannot be reached.
        """
        key = f"results/{self.job.id}/{self.job.generation}/{name}"
        self.files.put(key, data, content_type=content_type)
        return key

    def take(self, heard: Heard) -> None:
        """Take in what a write has heard."""
        self.is_lost = self.is_lost or not heard.is_mine
        self.wants_cancel = self.wants_cancel or heard.wants_cancel

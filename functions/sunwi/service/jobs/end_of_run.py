"""How an attempt that was claimed ends, and storing that."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import structlog

from sunwi.domain.job import MAX_RESULT_BYTES, AttemptOutcome, Job, JobEnd, JobFailure, JobState
from sunwi.domain.job_end import FailedAttempt, after_failure, after_pause, after_refusal, cancelled
from sunwi.domain.work import Work
from sunwi.errors import (
    AttemptLost,
    AttemptPaused,
    Blocked,
    JobCancelled,
    Postponed,
    Retryable,
    StoreUnavailable,
    SunwiError,
    SurfaceHeld,
)
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.jobs.store_end import store_end
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Seconds after which storing an end is tried again while the database is away.
_PAUSES = (1, 2, 4, 8)

#: Numbers and short words of an error's fields are kept for its sentence.
_LONGEST_FIELD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfRun:
    """Decides and stores the end of one attempt.

    Attributes:
        random: Source of jitter.
        sleep: Waits for so many seconds.
        running: The attempt.
        work: Its kind; None when there is none of that name.
        started: By `Clock.monotonic`, when it was claimed.
    """

    database: Store
    clock: Clock
    random: Random
    sleep: Callable[[float], None]
    running: RunningJob
    work: Work | None
    started: float

    @property
    def job(self) -> Job:
        """The job, as it was claimed."""
        return self.running.job

    def refused(self, failure: JobFailure) -> JobEnd:
        """Return the end of a job that cannot be run at all."""
        return self._failed(failure, is_retryable=False)

    def succeeded(self, result: Mapping[str, Any]) -> JobEnd:
        """Return the end of work that is done, whether or not somebody has asked to stop meanwhile.

        Raises:
            TypeError: The result is not JSON.
            ValueError: It has a number or a character that JSON has not.
        """
        size = len(json.dumps(result, ensure_ascii=False, allow_nan=False).encode())
        if size > MAX_RESULT_BYTES:
            fields = {"bytes": size, "limit": MAX_RESULT_BYTES}
            return self._failed(JobFailure("result_too_large", fields), is_retryable=False)
        return JobEnd(
            outcome=AttemptOutcome.SUCCEEDED,
            state=JobState.SUCCEEDED,
            at=self.clock.now(),
            result=result,
            seconds=self._seconds(),
        )

    def of_error(self, error: Exception) -> JobEnd:
        """Return the end of an attempt that an error ended.

        Raises:
            AttemptLost: The attempt was taken away: there is no end of its own.
        """
        if isinstance(error, AttemptLost):
            raise error
        now, seconds = self.clock.now(), self._seconds()
        if isinstance(error, JobCancelled) or self.running.wants_cancel:
            return cancelled(at=now, seconds=seconds)
        if isinstance(error, AttemptPaused):
            return self._paused()
        if isinstance(error, Postponed | SurfaceHeld):
            return after_refusal(self.job, at=now, seconds=seconds)
        if not isinstance(error, SunwiError):
            log.error("job_error_unexpected", job_id=self.job.id, work=self.job.work, exc_info=error)
            failure = JobFailure("unexpected", {"error": type(error).__name__}, f"{type(error).__name__}: {error}")
            return self._failed(failure, is_retryable=True)
        failure = JobFailure(error.code, _plain(error.fields), f"{type(error).__name__}: {error}")
        return self._failed(failure, is_retryable=isinstance(error, Retryable | Blocked))

    def store(self, end: JobEnd) -> JobEnd:
        """Store an end, with the rows that belong to it when it succeeded; try for a while if the database is away.

        Returns:
            What was stored: another end where somebody has asked to stop meanwhile, or the rows could not be written.

        Raises:
            AttemptLost: The job is another attempt's by now, or has ended; nothing is stored.
            StoreUnavailable: The database stayed away.
        """
        for pause in _PAUSES:
            try:
                return self._store_or_fail(end)
            except StoreUnavailable as error:
                log.warning("attempt_end_waits", job_id=self.job.id, error=str(error))
                self.sleep(pause)
        return self._store_or_fail(end)

    def store_timed_out(self) -> None:
        """Store that the attempt has been ended at its hard limit.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        fields = {"seconds": round(self._seconds())}
        failure = JobFailure("timed_out", fields, "it did not end within its limit")
        end = self._failed(failure, is_retryable=True, outcome=AttemptOutcome.TIMED_OUT)
        with self.database.begin() as tx:
            store_end(tx, self.job, end, expected=JobState.RUNNING)

    def _store_or_fail(self, end: JobEnd) -> JobEnd:
        """Store an end; one whose rows or result the database does not take is a failure of the work."""
        try:
            return retry_conflicts(self._store)(end)
        except (AttemptLost, StoreUnavailable):
            raise
        except Exception as error:
            if end.state is not JobState.SUCCEEDED:
                raise
            return retry_conflicts(self._store)(self.of_error(error))

    def _store(self, end: JobEnd) -> JobEnd:
        rows = self.running.last_rows if end.state is JobState.SUCCEEDED else None
        with self.database.begin() as tx:
            stored = store_end(tx, self.job, end, expected=JobState.RUNNING)
            if stored is None:
                raise AttemptLost(f"job {self.job.id} is not generation {self.job.generation}'s any more")
            if rows is not None:
                rows(tx)
        return stored

    def _paused(self) -> JobEnd:
        if _as_json(self.running.checkpoint) == _as_json(self.job.checkpoint):
            return self._failed(JobFailure("no_progress", {}, "it came no further than the attempt before"))
        return after_pause(self.job, at=self.clock.now(), seconds=self._seconds())

    def _failed(
        self, failure: JobFailure, *, is_retryable: bool = True, outcome: AttemptOutcome = AttemptOutcome.FAILED
    ) -> JobEnd:
        now = self.clock.now()
        if self.running.wants_cancel:
            return cancelled(at=now, seconds=self._seconds())
        attempt = FailedAttempt(
            failure=failure,
            outcome=outcome,
            at=now,
            seconds=self._seconds(),
            jitter=self.random.random(),
            is_retryable=is_retryable,
        )
        return after_failure(self.job, self.work, attempt)

    def _seconds(self) -> float:
        return self.clock.monotonic() - self.started


def _as_json(checkpoint: Mapping[str, Any] | None) -> str:
    """Write a checkpoint as the database has it: there a tuple is a list."""
    return json.dumps(checkpoint, sort_keys=True, default=str)


def _plain(fields: Mapping[str, object]) -> dict[str, Any]:
    """Keep of an error's fields what JSON holds and a sentence needs."""
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        if value is None or isinstance(value, bool | int | float):
            kept[name] = value
        else:
            kept[name] = str(value)[:_LONGEST_FIELD]
    return kept

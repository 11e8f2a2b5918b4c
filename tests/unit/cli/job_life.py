"""Take jobs through their lives as tender and worker do, on the store of a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from typing_extensions import override

from sunwi.domain.job import AttemptOutcome, JobEnd, JobFailure, JobKey, JobProgress, JobState
from sunwi.domain.worker_pool import Worker
from sunwi.service.ports.job_engine import JobFiles
from tests.unit.cli.command_line import CommandLine, FakeContainer

#: A lookup that is accepted.
LOOKUP = ("--param", "keyword=강남역 김밥", "--param", "url=https://m.place.naver.com/restaurant/1234567890")

#: Sets what happens while a command waits.
OnSleep = Callable[[Callable[[], None]], None]


@dataclass
class FilesInMemory(JobFiles):
    """Files by their keys."""

    kept: dict[str, bytes] = field(default_factory=dict)

    @override
    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        self.kept[key] = data

    @override
    def get(self, key: str) -> bytes:
        return self.kept[key]


@dataclass(frozen=True)
class JobLife:
    """Tender and worker of a test."""

    container: FakeContainer
    sunwi: CommandLine

    def submit(self, *options: str) -> str:
        """Submit a lookup and return its id."""
        document = self.sunwi("jobs", "submit", "lookup", *LOOKUP, *options, "--json").document()
        return str(document["job_id"])

    def run(self, job_id: str, *, worker: str = "worker-1") -> JobKey:
        """Admit a job, and claim it 2 seconds later."""
        now = self.container.adapters.clock.now()
        with self.container.adapters.store.begin() as tx:
            (admitted,) = tx.job_queue.admit([job_id], at=now)
        self.container.own_clock.advance(seconds=2)
        now = self.container.adapters.clock.now()
        row = Worker(
            id=worker,
            place="browser",
            environment="log/1",
            job_id=job_id,
            generation=admitted.key.generation,
            since=now,
            claimed_at=now,
            seen_at=now,
        )
        with self.container.adapters.store.begin() as tx:
            assert tx.job_attempts.claim(admitted.key, row, at=now)
        return admitted.key

    def progress(self, key: JobKey, percent: int, step: str, message: str = "") -> None:
        """Record how far a job is."""
        with self.container.adapters.store.begin() as tx:
            tx.job_attempts.record_progress(key, JobProgress(percent=percent, step=step, message=message or None))

    def succeed(self, key: JobKey, result: Mapping[str, Any] | None = None, *, seconds: float = 10) -> None:
        """End a job well."""
        self._end(key, AttemptOutcome.SUCCEEDED, JobState.SUCCEEDED, result=result or {}, seconds=seconds)

    def fail(self, key: JobKey, code: str = "crash", reason: str = "", *, seconds: float = 10) -> None:
        """End a job badly."""
        outcome = AttemptOutcome.CRASHED if code == "crash" else AttemptOutcome.FAILED
        self._end(key, outcome, JobState.FAILED, failure=JobFailure(code, {}, reason), seconds=seconds)

    def back_off(self, key: JobKey, code: str, *, seconds: float = 10, pause_seconds: float = 60) -> None:
        """Let a job wait for its next attempt."""
        not_before = self.container.adapters.clock.now() + timedelta(seconds=seconds + pause_seconds)
        failure = JobFailure(code, {}, "")
        self._end(
            key, AttemptOutcome.BACKED_OFF, JobState.PENDING, failure=failure, not_before=not_before, seconds=seconds
        )

    def _end(self, key: JobKey, outcome: AttemptOutcome, state: JobState, *, seconds: float, **more: Any) -> None:
        self.container.own_clock.advance(seconds=seconds)
        end = JobEnd(outcome=outcome, state=state, at=self.container.adapters.clock.now(), seconds=seconds, **more)
        with self.container.adapters.store.begin() as tx:
            assert tx.jobs.end(key, end, expected=JobState.RUNNING)

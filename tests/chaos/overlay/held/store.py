"""The product's store and executions, with a point behind what they commit."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sunwi.domain.job import JobKey
from sunwi.domain.work import Place
from sunwi.service.ports.job_engine import Execution, JobExecutions

from .archive_files import NOBODY
from .points import reach

#: Methods of a transaction's parts behind whose commit is a point, and whose jobs it is of.
_AFTER_COMMIT: dict[str, tuple[str, Callable[[tuple[Any, ...], Any], list[str]]]] = {
    "add": ("after_insert", lambda given, _answer: [job.id for job in given[0]]),
    "admit": ("after_admission", lambda _given, answer: [one.key.job_id for one in answer]),
    "claim": ("after_claim", lambda given, answer: [] if answer is None else [given[0].job_id]),
}
_PARTS = ("jobs", "job_queue", "job_attempts", "archive")


@dataclass
class _Part:
    """A part of a transaction; remembers what it wrote, and waits inside the transaction once an end is written."""

    part: Any
    passed: list[tuple[str, str]]

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.part, name)
        if name == "end":
            return self._ending(method)
        if name == "delete":
            return self._deleting(method)
        if name not in _AFTER_COMMIT:
            return method
        point, jobs = _AFTER_COMMIT[name]

        def call(*given: Any, **named: Any) -> Any:
            answer = method(*given, **named)
            self.passed += [(point, job_id) for job_id in jobs(given, answer)]
            return answer

        return call

    def _deleting(self, delete: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            answer = delete(*given, **named)
            reach("in_deletes", NOBODY)
            return answer

        return call

    def _ending(self, end: Callable[..., Any]) -> Callable[..., Any]:
        def call(key: JobKey, *given: Any, **named: Any) -> Any:
            answer = end(key, *given, **named)
            reach("before_commit", key.job_id)
            return answer

        return call


@dataclass
class _Watched:
    """A transaction whose parts are watched."""

    tx: Any
    passed: list[tuple[str, str]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        part = getattr(self.tx, name)
        return _Part(part, self.passed) if name in _PARTS else part


@dataclass
class HeldStore:
    """The store, with points behind its commits."""

    store: Any

    @contextmanager
    def begin(self) -> Iterator[_Watched]:
        """Open a transaction; its points come when it is committed."""
        with self.store.begin() as tx:
            watched = _Watched(tx)
            yield watched
        for point, job_id in watched.passed:
            reach(point, job_id)

    def read(self) -> AbstractContextManager[Any]:
        """Open a reading transaction; it has no points."""
        reading: AbstractContextManager[Any] = self.store.read()
        return reading


@dataclass
class HeldExecutions:
    """The state machine, with a point before a start and one behind what a tick has asked for."""

    executions: JobExecutions

    def start(self, key: JobKey, place: Place) -> None:
        """Start an attempt."""
        reach("before_start", key.job_id)
        self.executions.start(key, place)

    def describe(self, key: JobKey) -> Execution:
        """Describe an attempt."""
        execution = self.executions.describe(key)
        reach("in_tick", key.job_id)
        return execution

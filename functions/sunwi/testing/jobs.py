"""What jobs need of the world, in memory."""

from dataclasses import dataclass, field

from typing_extensions import override

from sunwi.domain.job import JobKey
from sunwi.domain.work import Place
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.ports.job_engine import (
    Execution,
    ExecutionStatus,
    JobExecutions,
    JobFiles,
    Tender,
    WorkerProcess,
)


@dataclass
class InMemoryJobExecutions(JobExecutions):
    """A state machine that starts executions and runs none.

    Attributes:
        executions: What became of each, by its name, in the order of their starts.
        places: Where each was to run.
        refusals: So many starts are refused.
    """

    executions: dict[str, Execution] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    refusals: int = 0

    @override
    def start(self, key: JobKey, place: Place) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Retryable("throttled")
        self.executions.setdefault(key.execution_name, Execution(ExecutionStatus.RUNNING))
        self.places[key.execution_name] = place

    @override
    def describe(self, key: JobKey) -> Execution:
        return self.executions.get(key.execution_name, Execution(ExecutionStatus.MISSING))

    def end(self, key: JobKey, status: ExecutionStatus, error: str | None = None) -> None:
        """Let an execution end."""
        self.executions[key.execution_name] = Execution(status, error)


@dataclass
class InMemoryTender(Tender):
    """Remembers each nudge: whether it was urgent."""

    nudges: list[bool] = field(default_factory=list)

    @override
    def nudge(self, *, urgent: bool = False) -> None:
        self.nudges.append(urgent)


@dataclass
class InMemoryJobFiles(JobFiles):
    """Files by key.

    Attributes:
        is_away: Nothing can be reached.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    is_away: bool = False

    @override
    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        self._reach()
        self.files[key] = data

    @override
    def get(self, key: str) -> bytes:
        self._reach()
        if key not in self.files:
            raise InvalidInput(f"there is no file {key}")
        return self.files[key]

    def _reach(self) -> None:
        if self.is_away:
            raise Retryable("the store of files cannot be reached")


@dataclass
class InMemoryWorkerProcess(WorkerProcess):
    """Counts what was asked of it."""

    ended_children: int = 0
    exits: int = 0

    @override
    def end_children(self) -> None:
        self.ended_children += 1

    @override
    def exit(self) -> None:
        self.exits += 1

    @override
    def memory_bytes(self) -> int | None:
        return 100 << 20

"""What jobs need of the world besides the database."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sunwi.domain.job import JobKey
from sunwi.domain.work import Place


class ExecutionStatus(StrEnum):
    """What the state machine knows of an execution."""

    #: Never started, or forgotten.
    MISSING = "MISSING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"
    TIMED_OUT = "TIMED_OUT"


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution, as the state machine describes it.

    Attributes:
        error: Name of the error that it ended with, if any.
    """

    status: ExecutionStatus
    error: str | None = None


class JobExecutions(Protocol):
    """The state machine that runs one attempt of a job in each execution."""

    def start(self, key: JobKey, place: Place) -> None:
        """Start the execution of an attempt; one that was started already is fine.

        Raises:
            Retryable: It cannot be started now: throttled, or out of reach.
        """
        ...

    def describe(self, key: JobKey) -> Execution:
        """Return what became of an attempt's execution.

        Raises:
            Retryable: The state machine cannot be reached.
        """
        ...


class Tender(Protocol):
    """Whoever admits jobs."""

    def nudge(self, *, urgent: bool = False) -> None:
        """Ask for a tick now; never raises, since the next minute's tick makes it up.

        Args:
            urgent: A job of normal priority or above was submitted.
        """
        ...


class WorkerProcess(Protocol):
    """The process that an attempt runs in."""

    def end_children(self) -> None:
        """Kill what the attempt started: browser, driver, programs. From any thread."""
        ...

    def exit(self) -> None:
        """End the process itself, so that the function's environment goes with whatever hangs in it."""
        ...

    def memory_bytes(self) -> int | None:
        """Return the resident memory of the process and its children; None where nobody says."""
        ...


class JobFiles(Protocol):
    """Files that jobs leave."""

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Keep a file; the same key again replaces it.

        Raises:
            Retryable: The store cannot be reached.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return a file.

        Raises:
            Retryable: The store cannot be reached.
            InvalidInput: It is not there, or not any more.
        """
        ...

"""What became of each tracking of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sunwi.domain.correction import StoredObservation
from sunwi.domain.failure import Failure
from sunwi.domain.run import TERMINAL_STATES, TaskState
from sunwi.domain.tracking import Device, Surface


class TaskOutcome(StrEnum):
    """How a task counts in its run."""

    EXPOSED = "exposed"
    NOT_EXPOSED = "not_exposed"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTask:
    """One tracking within one run, as it is stored now.

    Attributes:
        is_exposed: Of a task that succeeded.
        failure: Of its last attempt or its end; None when nothing went wrong.
        late_date: KST date for which it was measured after its verdict.
    """

    tracking_id: int
    keyword: str
    surface: Surface
    device: Device
    state: TaskState
    is_exposed: bool | None
    failure: Failure | None
    late_date: date | None

    @property
    def outcome(self) -> TaskOutcome | None:
        """How the run counts it; None while it is open. What comes late changes nothing."""
        if self.state not in TERMINAL_STATES:
            return None
        if self.state is not TaskState.SUCCEEDED:
            return TaskOutcome.NOT_MEASURED
        return TaskOutcome.EXPOSED if self.is_exposed else TaskOutcome.NOT_EXPOSED


@dataclass(frozen=True, slots=True)
class TaskObservations:
    """A task with the observations of its run that could measure it, in their order; usually one."""

    task: RunTask
    observations: Sequence[StoredObservation]

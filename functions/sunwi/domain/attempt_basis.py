"""What a received message finds: its task, and what is known of its page."""

from dataclasses import dataclass

from sunwi.domain.circuit import Circuit
from sunwi.domain.observation import StoredReading
from sunwi.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptBasis:
    """All that an attempt is decided by.

    Attributes:
        task: As locked.
        reading: The run's latest readable reading of the task's page, of those that are new enough; None without one.
        circuit: Of that page.
        was_exposed: The last row of the tracking's rank history is exposed.
    """

    task: Task
    reading: StoredReading | None
    circuit: Circuit
    was_exposed: bool

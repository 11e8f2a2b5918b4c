"""What schedules need of the world, as a Protocol."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.domain.schedule_time import When


class Schedules(Protocol):
    """The schedules of this deployment, wherever they are kept and fire."""

    def list(self) -> Sequence[JobSchedule]:
        """Return every schedule, by name.

        Raises:
            Retryable: They cannot be asked for.
        """
        ...

    def find(self, name: str) -> JobSchedule | None:
        """Return a schedule; None when there is none of that name.

        Raises:
            Retryable: It cannot be asked for.
        """
        ...

    def create(self, name: str, when: When, order: JobOrder) -> bool:
        """Create a schedule, unless there is one of that name: False then, and it is left as it is.

        Raises:
            InvalidInput: The scheduler refuses it.
            Retryable: The scheduler cannot be reached, or may not act for this deployment yet.
            ConfigurationError: A setting that it takes is missing.
        """
        ...

    def change(
        self,
        name: str,
        *,
        at: datetime,
        when: When | None = None,
        order: JobOrder | None = None,
        is_paused: bool | None = None,
    ) -> None:
        """Change some of a schedule; what is None, and what this does not know of, stays as a person has set it.

        Args:
            name: Of one that there is.
            at: Aware, now.
            when: When it is due.
            order: What it submits.
            is_paused: Whether it is not due for now.

        Raises:
            InvalidInput: There is none of that name, or the scheduler refuses the change.
            Retryable: The scheduler cannot be reached.
        """
        ...

    def remove(self, name: str) -> None:
        """Delete a schedule; one that is gone is fine.

        Raises:
            Retryable: The scheduler cannot be reached.
        """
        ...

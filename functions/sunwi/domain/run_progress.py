"""How far a run is, for whoever watches it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.run import RunStatus, TaskState

#: It is counted anew no more often, however many watch.
REFRESH_EVERY = timedelta(seconds=2)

#: How long what was counted last is kept.
PROGRESS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """A run as it was when it was last counted.

    Attributes:
        version: Grows when anything else of it but the time has changed.
        refreshed_at: Aware UTC.
        expected: Tasks that it has in all.
        states: Number of tasks by state.
    """

    run_id: str
    version: int
    refreshed_at: datetime
    status: RunStatus
    expected: int
    states: Mapping[TaskState, int]

    @property
    def is_final(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.status is RunStatus.CLOSED

    def is_fresh(self, at: datetime) -> bool:
        """Return whether it is to be shown as it is."""
        return self.is_final or at < self.refreshed_at + REFRESH_EVERY

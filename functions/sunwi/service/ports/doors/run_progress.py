"""What is stored of how far runs are, as a Protocol."""

from datetime import datetime
from typing import Protocol

from sunwi.domain.run_progress import RunProgress


class RunProgresses(Protocol):
    """How far runs are, as they were counted last."""

    def get(self, run_id: str) -> RunProgress | None:
        """Return what was counted last; None before the first time."""
        ...

    def count(self, run_id: str, *, at: datetime) -> RunProgress | None:
        """Count a run's tasks over their index, as version 1; None when there is no such run."""
        ...

    def add(self, progress: RunProgress) -> None:
        """Store what was counted first; nothing where somebody else has."""
        ...

    def claim(self, progress: RunProgress, *, at: datetime) -> bool:
        """Make the next count this caller's; False when it is somebody else's."""
        ...

    def delete_old(self, before: datetime, limit: int) -> int:
        """Delete what was counted last before a time, a few at most; return their number."""
        ...

    def set(self, progress: RunProgress) -> None:
        """Store what was counted, by whoever has claimed it."""
        ...

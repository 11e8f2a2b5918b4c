"""A clock that stands still."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class ManualClock:
    """A clock that stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def monotonic(self) -> float:
        """Count from the epoch."""
        return self.at.timestamp()

    def advance(self, **step: float) -> None:
        """Move on by a timedelta's keywords."""
        self.at += timedelta(**step)

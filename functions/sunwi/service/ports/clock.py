"""The clock that use cases read the time from."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the time, as aware UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start: for time limits."""
        ...

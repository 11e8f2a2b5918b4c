"""The time, as the use cases are given it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Give aware UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start: for time limits."""
        ...

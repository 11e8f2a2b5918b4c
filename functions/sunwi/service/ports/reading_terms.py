"""On what terms a surface is read: how long it may take, and what is done around its pages."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sunwi.domain.observation import LoadedSurface
from sunwi.domain.pace import Turn
from sunwi.service.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """When a reading must have ended, by a clock that never goes back.

    Attributes:
        ends_at: Seconds of that clock; infinity without a limit.
        monotonic: The clock.
    """

    ends_at: float
    monotonic: Callable[[], float]

    @classmethod
    def after(cls, seconds: float | None, clock: Clock) -> Self:
        """Begin to count.

        Args:
            seconds: From now on; None sets no limit.
            clock: Whose time it is.
        """
        return cls(math.inf if seconds is None else clock.monotonic() + seconds, clock.monotonic)

    def left_seconds(self) -> float:
        """Return what is left, never negative."""
        return max(0.0, self.ends_at - self.monotonic())

    def at_most(self, seconds: float) -> float:
        """Shorten a time, in seconds, to what is left."""
        return min(seconds, self.left_seconds())


#: For whoever may take any time.
UNLIMITED = TimeLimit(math.inf, lambda: 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTerms:
    """What holds for one reading of a surface.

    Attributes:
        limit: When it must have ended; pauses, launches and pictures count.
        turn: The reserved load of its first page; None reserves one.
        before_page: Called with the number of each page load, from 1, right before it; may raise to prevent that.
        keep_unfinished: Called with the pages before one that could not be opened.
        keep_read: Called with all pages once the last is read, and before its picture is drawn.
    """

    limit: TimeLimit = UNLIMITED
    turn: Turn | None = None
    before_page: Callable[[int], None] = lambda _number: None
    keep_unfinished: Callable[[LoadedSurface], None] = lambda _look: None
    keep_read: Callable[[LoadedSurface], None] = lambda _look: None

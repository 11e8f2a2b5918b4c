"""How long a site is left alone between two page loads, whoever loads them.

Source: docs/adr/0035-one-pace-for-a-site.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: By how much of itself the pause between page loads varies, up and down.
PAUSE_JITTER = 0.25

#: A navigation that may take less than this fails on healthy pages.
MIN_PAGE_TIMEOUT_SECONDS = 4


@dataclass(frozen=True, slots=True)
class PaceRule:
    """How long the pauses are.

    Attributes:
        delay: CRAWL_DELAY_SECONDS.
    """

    delay: timedelta

    def pause(self, jitter: float) -> timedelta:
        """Compute one pause.

        Args:
            jitter: Random in [-1, 1]; moves the pause by up to `PAUSE_JITTER`.
        """
        return self.delay * (1 + PAUSE_JITTER * jitter)


@dataclass(frozen=True, slots=True)
class Turn:
    """A reserved page load of a site, which nobody else has.

    Attributes:
        starts_at: Aware UTC, when the page may be asked for.
    """

    starts_at: datetime


@dataclass(frozen=True, slots=True)
class NoTurn:
    """A refusal: the next turn comes later than whoever asks can wait, and was not reserved.

    Attributes:
        free_at: Aware UTC, when that turn is.
    """

    free_at: datetime

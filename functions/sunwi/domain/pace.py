"""How long a site is left alone between two page loads, whoever loads them.

Source: docs/adr/0035-one-pace-for-a-site.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: By how much of itself the pause between page loads varies, up and down.
PAUSE_JITTER = 0.25

#: Loads of others that come before each load of a job while the daily run is open: jobs get one turn in six at most.
LOADS_BEFORE_JOB = 5

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


@dataclass(frozen=True, slots=True)
class PaceState:
    """What is stored of a site's pace.

    Attributes:
        next_at: Aware UTC, before which nobody starts a load; None when none was ever reserved.
        loads_since_job: Loads that were reserved since the last one of a job.
    """

    next_at: datetime | None = None
    loads_since_job: int = 0


def turn_of_job(state: PaceState, *, at: datetime, pause: timedelta, is_night: bool) -> datetime:
    """Return when a job may load its next page of a site.

    Args:
        state: Of the site.
        at: Aware, now.
        pause: CRAWL_DELAY_SECONDS.
        is_night: The daily run is open: others go first, or the time passes that they would have taken.
    """
    next_at = state.next_at or at
    others = max(0, LOADS_BEFORE_JOB - state.loads_since_job) if is_night else 0
    return max(at, next_at + others * pause)

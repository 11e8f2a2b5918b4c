"""Keep the pause between page loads, together with all who load pages of the same site."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog

from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS, NAVER, NoTurn, PaceRule, Turn
from sunwi.errors import PageTimedOut, StoreUnavailable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.pace import SitePace
from sunwi.service.ports.reading_terms import TimeLimit

log = structlog.get_logger()


class Unpaced:
    """Keeps no pause, and asks nobody: for CRAWL_DELAY_SECONDS 0."""

    def reserve(self, sites: SitePace, *, limit: TimeLimit) -> None:
        """Reserve nothing."""

    def wait_turn(self, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        """Return at once."""

    def note_loaded(self, at: datetime | None = None) -> None:
        """Record nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPace:
    """Reserve page loads of a site, one after the other, and wait for them outside of any transaction.

    Attributes:
        open_sites: Opens the sites' pace for one short transaction.
        random: Source of jitter.
        sleep: Waits for so many seconds.
    """

    open_sites: Callable[[], AbstractContextManager[SitePace]]
    clock: Clock
    rule: PaceRule
    random: Random
    sleep: Callable[[float], None]
    site: str = NAVER

    def reserve(self, sites: SitePace, *, limit: TimeLimit) -> Turn | NoTurn:
        """Reserve the next load, if it leaves time for a page within the limit."""
        left = limit.left_seconds() - MIN_PAGE_TIMEOUT_SECONDS
        max_wait = None if math.isinf(left) else timedelta(seconds=max(0.0, left))
        return sites.reserve(self.site, at=self.clock.now(), pause=self._pause(), max_wait=max_wait)

    def wait_turn(self, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        """Sleep until a page may be loaded.

        Raises:
            PageTimedOut: The turn comes too late for a page within the limit.
            StoreUnavailable: The database cannot be reached.
        """
        if turn is None:
            with self.open_sites() as sites:
                found = self.reserve(sites, limit=limit)
            if isinstance(found, NoTurn):
                raise PageTimedOut(
                    f"the next page of {self.site} may be loaded in {self._seconds_until(found.free_at):.1f} s, and "
                    f"{limit.left_seconds():.1f} s are left"
                )
            turn = found
        if (seconds := self._seconds_until(turn.starts_at)) > 0:
            self.sleep(seconds)

    def note_loaded(self, at: datetime | None = None) -> None:
        """Count the pause from the end of a load; a page that was loaded is not lost when that cannot be stored."""
        try:
            with self.open_sites() as sites:
                sites.hold_until(self.site, (at or self.clock.now()) + self._pause())
        except StoreUnavailable as error:
            log.warning("pace_not_stored", site=self.site, error=str(error))

    def _pause(self) -> timedelta:
        return self.rule.pause(self.random.uniform(-1, 1))

    def _seconds_until(self, at: datetime) -> float:
        return (at - self.clock.now()).total_seconds()

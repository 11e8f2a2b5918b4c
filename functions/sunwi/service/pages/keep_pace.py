"""Keep the pause between page loads, together with all who load pages of the same site."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog
from typing_extensions import override

from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS, NoTurn, PaceRule, Turn
from sunwi.errors import PageTimedOut, StoreUnavailable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.pace import PagePace, SitePace
from sunwi.service.ports.reading_terms import TimeLimit

log = structlog.get_logger()


def longest_wait(limit: TimeLimit) -> timedelta | None:
    """Return the longest wait for a turn that leaves time for a page within a limit; None when there is no limit."""
    left = limit.left_seconds() - MIN_PAGE_TIMEOUT_SECONDS
    return None if math.isinf(left) else timedelta(seconds=max(0.0, left))


class Unpaced(PagePace):
    """Keeps no pause, and asks nobody: for CRAWL_DELAY_SECONDS 0."""

    @override
    def reserve(self, site: str, *, max_wait: timedelta | None = None, within: SitePace | None = None) -> None:
        """Reserve nothing."""

    @override
    def wait_turn(self, site: str, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        """Return at once."""

    @override
    def record_load(self, site: str, at: datetime | None = None) -> None:
        """Record nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPace(PagePace):
    """Reserve page loads of each site, one after the other, and wait for them outside of any transaction.

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

    @override
    def reserve(self, site: str, *, max_wait: timedelta | None = None, within: SitePace | None = None) -> Turn | NoTurn:
        with self.open_sites() if within is None else nullcontext(within) as sites:
            return sites.reserve(site, at=self.clock.now(), pause=self._pause(), max_wait=max_wait)

    @override
    def wait_turn(self, site: str, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        if turn is None:
            found = self.reserve(site, max_wait=longest_wait(limit))
            if isinstance(found, NoTurn):
                raise PageTimedOut(
                    f"the next page of {site} may be loaded in {self._seconds_until(found.free_at):.1f} s, and "
                    f"{limit.left_seconds():.1f} s are left"
                )
            turn = found
        if (seconds := self._seconds_until(turn.starts_at)) > 0:
            self.sleep(seconds)

    @override
    def record_load(self, site: str, at: datetime | None = None) -> None:
        try:
            with self.open_sites() as sites:
                sites.hold_until(site, (at or self.clock.now()) + self._pause())
        except StoreUnavailable as error:
            log.warning("pace_not_stored", site=site, error=str(error))

    def _pause(self) -> timedelta:
        return self.rule.pause(self.random.uniform(-1, 1))

    def _seconds_until(self, at: datetime) -> float:
        return (at - self.clock.now()).total_seconds()

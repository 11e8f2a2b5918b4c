"""Keep a site's pace as a job does: while the daily run is open, others go first.

Source: docs/adr/0052-jobs-leave-the-night-its-pace.md.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from sunwi.domain.pace import NoTurn, Turn
from sunwi.errors import PageTimedOut
from sunwi.service.pages.keep_pace import KeepPace, longest_wait
from sunwi.service.ports.pace import SitePace
from sunwi.service.ports.reading_terms import TimeLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepJobPace(KeepPace):
    """Reserve page loads of each site for a job; a turn that others have first is asked for again."""

    @override
    def reserve(self, site: str, *, max_wait: timedelta | None = None, within: SitePace | None = None) -> Turn | NoTurn:
        with self.open_sites() if within is None else nullcontext(within) as sites:
            return sites.reserve_for_job(site, at=self.clock.now(), pause=self._pause(), max_wait=max_wait)

    @override
    def wait_turn(self, site: str, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        found: Turn | NoTurn = turn or self.reserve(site, max_wait=longest_wait(limit))
        while isinstance(found, NoTurn):
            seconds, longest = self._seconds_until(found.free_at), longest_wait(limit)
            if longest is not None and seconds > longest.total_seconds():
                raise PageTimedOut(
                    f"the next page of {site} may be loaded by a job in {seconds:.1f} s, and "
                    f"{limit.left_seconds():.1f} s are left"
                )
            self.sleep(max(seconds, self.rule.delay.total_seconds() / 4))
            found = self.reserve(site, max_wait=longest_wait(limit))
        if (seconds := self._seconds_until(found.starts_at)) > 0:
            self.sleep(seconds)

"""The pace of sites as one process knows it, for where no database keeps it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from typing_extensions import override

from sunwi.domain.pace import NoTurn, PaceState, Turn
from sunwi.service.ports.pace import SitePace


@dataclass(slots=True)
class ProcessSitePace(SitePace):
    """When each site may be asked for its next page, forgotten with the process."""

    _next_at: dict[str, datetime] = field(default_factory=dict, init=False)

    @override
    def reserve(self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None) -> Turn | NoTurn:
        starts_at = max(self._next_at.get(site, at), at)
        if max_wait is not None and starts_at - at > max_wait:
            return NoTurn(starts_at)
        self._next_at[site] = starts_at + pause
        return Turn(starts_at)

    @override
    def reserve_for_job(
        self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None
    ) -> Turn | NoTurn:
        return self.reserve(site, at=at, pause=pause, max_wait=max_wait)

    @override
    def get(self, site: str) -> PaceState:
        return PaceState(self._next_at.get(site))

    @override
    def hold_until(self, site: str, until: datetime) -> None:
        self._next_at[site] = max(self._next_at.get(site, until), until)

"""A problem as it is remembered, so that it is raised once and seen to be gone."""

from dataclasses import dataclass
from datetime import datetime

from sunwi.domain.watch import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFinding:
    """A problem from its first check to the one that no longer saw it; times are aware UTC.

    Attributes:
        resolved_at: None as long as it is there.
        repair: What the watchdog did about it, in Korean; None when it did nothing.
        alarmed_extent: Extent with which it was raised last; None when it was not raised yet.
    """

    id: int
    problem: Problem
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    repair: str | None
    alarmed_extent: int | None

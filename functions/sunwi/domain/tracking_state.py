"""Where a tracking stands: what its latest days say, kept beside the ledger so that lists need not read it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sunwi.domain.session import DEFAULT_SESSION_DAYS, LedgerRow
from sunwi.domain.session_forecast import expected_finish, measured_days_to_finish
from sunwi.domain.tracking import Tracking, TrackingStatus


class Standing(StrEnum):
    """What a list says of a tracking."""

    #: Nothing has been measured yet, and nothing has failed.
    NEW = "new"
    EXPOSED = "exposed"
    NOT_EXPOSED = "not_exposed"
    #: No run could measure it since its latest day.
    UNMEASURED = "unmeasured"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingState:
    """What the ledger and the runs say of one tracking, in sum.

    Attributes:
        last: Its latest ledger row; None before the first.
        session_days: Exposed days that its current session sells.
        exposed_days: Days of that session that count.
        measured_days: All days of that session.
        exposure_since: First of the latest rows that agree with `last` on whether the target is exposed, unmeasured
            days between them or not.
        last_exposed_on: Latest KST date with a rank.
        missed_since: First business date after `last` on which a run could not measure it; None when there is none.
        missed_on: The latest such date.
    """

    last: LedgerRow | None = None
    session_days: int = DEFAULT_SESSION_DAYS
    exposed_days: int = 0
    measured_days: int = 0
    exposure_since: date | None = None
    last_exposed_on: date | None = None
    missed_since: date | None = None
    missed_on: date | None = None

    def standing(self, status: TrackingStatus) -> Standing:
        """Name it for a list; whoever paused or ended the tracking goes first."""
        if status is not TrackingStatus.ACTIVE:
            return Standing.PAUSED if status is TrackingStatus.PAUSED else Standing.ENDED
        if self.missed_on is not None:
            return Standing.UNMEASURED
        if self.last is None:
            return Standing.NEW
        return Standing.EXPOSED if self.last.is_exposed else Standing.NOT_EXPOSED

    @property
    def days_left(self) -> int:
        """Exposed days that the current session still has to bring."""
        return max(0, self.session_days - self.exposed_days)

    def expected_finish(self, status: TrackingStatus, *, today: date) -> date | None:
        """Return the KST date on which the current session is expected to be full; None of one that is not active."""
        if status is not TrackingStatus.ACTIVE:
            return None
        to_go = measured_days_to_finish(
            exposed_days=self.exposed_days, measured_days=self.measured_days, session_days=self.session_days
        )
        return expected_finish(to_go, last_measured_on=self.last.date if self.last else None, today=today)

    @property
    def since(self) -> date | None:
        """First day of what is so now: exposed, not exposed or unmeasured; None before the first day."""
        return self.missed_since or self.exposure_since


#: Of a tracking that is new.
NO_DAYS = TrackingState()


@dataclass(frozen=True, slots=True)
class ListedTracking:
    """A tracking as a list has it, with its tags in their order."""

    tracking: Tracking
    state: TrackingState
    tags: tuple[str, ...] = ()

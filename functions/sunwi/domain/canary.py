"""The canary (카나리아): pages with a known answer are read before the daily run, which waits while they are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.tracking import Device, Surface, Target

#: Keywords that have places, posts and a long list on any day of any year.
DEFAULT_KEYWORDS = ("강남역 맛집", "홍대 카페", "부산 미용실")

#: Read by every check; other surfaces are read when a tracking uses them.
ALWAYS_READ = ((Surface.INTEGRATED, Device.PC), (Surface.INTEGRATED, Device.MOBILE))

#: How long one check may go on opening pages.
CHECK_TIME = timedelta(minutes=3)

#: Different pages refused in a row after which a check opens no more.
MAX_REFUSALS = 3


class CanaryState(StrEnum):
    """How the canary let a run start; the codes are stored and do not change."""

    #: The pages were recognised, at the first check or while the run was held.
    RECOGNISED = "recognised"
    #: They were not, and the run waits.
    HELD = "held"
    #: There was no check: the run started at once.
    MISSING = "missing"
    #: They were not recognised for as long as a run is held: it started anyway.
    UNRECOGNISED = "unrecognised"
    #: The check itself failed while the run was held: it started anyway.
    CHECK_FAILED = "check_failed"
    #: Somebody started the held run.
    BY_HAND = "by_hand"


#: What a summary warns of.
CANARY_WARNINGS: Mapping[CanaryState, str] = MappingProxyType(
    {
        CanaryState.HELD: "the canary's pages were not recognised, and the run was held up to its end",
        CanaryState.MISSING: "the run started without a canary check: see the canary function's log",
        CanaryState.UNRECOGNISED: "the canary's pages were not recognised while the run was held; it started anyway",
        CanaryState.CHECK_FAILED: "the canary check failed while the run was held; it started anyway",
        CanaryState.BY_HAND: "the canary's pages were not recognised; somebody started the held run",
    }
)


@dataclass(frozen=True, slots=True)
class CanaryKeyword:
    """A keyword whose pages have cards on every day, and a target that is on them, if one is named."""

    keyword: str
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryCheck:
    """One reading of the canary's pages.

    Attributes:
        run_id: The run that it is for, which may not exist yet.
        number: 0 for the schedule's own check, then counted up while the run is held.
        checked_at: Aware UTC, when the last page had been read.
        failures: What was wrong with each page that was not recognised, in words.
    """

    run_id: str
    number: int
    checked_at: datetime
    surfaces: Sequence[SurfaceCounts]
    failures: Sequence[str] = ()

    @property
    def recognised_share(self) -> float:
        """Recognised of the pages that were opened, on the worst surface, 0 to 1."""
        return min((counts.recognised_share for counts in self.surfaces), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRule:
    """When a run is held, and for how long.

    Attributes:
        threshold: CANARY_THRESHOLD; a smaller share on any surface holds the run. 0 never does.
        pause: CANARY_HOLD_SECONDS; until the canary is read again.
        max_hold: CANARY_MAX_HOLD.
    """

    threshold: float = 0.5
    pause: timedelta = timedelta(seconds=600)
    max_hold: timedelta = timedelta(seconds=1800)

    def on_dispatch(self, check: CanaryCheck | None) -> CanaryState:
        """Decide how a run is to start, by the check before it."""
        if check is None:
            return CanaryState.MISSING
        return CanaryState.RECOGNISED if check.recognised_share >= self.threshold else CanaryState.HELD

    def held_until(self, *, started_at: datetime, deadline: datetime) -> datetime:
        """Return when a held run starts at the latest: half of its time is always left for measuring."""
        return started_at + min(self.max_hold, (deadline - started_at) / 2)

    def while_held(
        self, check: CanaryCheck | None, *, check_failed: bool, held_until: datetime, now: datetime
    ) -> CanaryState:
        """Decide whether a held run goes on waiting, and if not, why.

        Args:
            check: The latest.
            check_failed: The canary could not be read again.
            held_until: When the run starts at the latest.
            now: Aware.
        """
        if check is not None and self.on_dispatch(check) is CanaryState.RECOGNISED:
            return CanaryState.RECOGNISED
        if now >= held_until:
            return CanaryState.UNRECOGNISED
        return CanaryState.CHECK_FAILED if check_failed or check is None else CanaryState.HELD

    def wait_seconds(self, *, held_until: datetime, now: datetime) -> int:
        """Return how long to wait before the canary is read again, in seconds, at least 1."""
        left = min(self.pause, held_until - now)
        return max(1, int(left.total_seconds()))

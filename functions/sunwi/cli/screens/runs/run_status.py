"""How far a run is, in a few words."""

from datetime import datetime

from sunwi.domain.run import Run, RunCounts, RunStatus
from sunwi.domain.schedule import KST
from sunwi.wording.labels import (
    RUN_HELD,
    RUN_MOSTLY_UNMEASURED,
    RUN_STATUSES,
)


def describe_status(run: Run, counts: RunCounts) -> str:
    """Name a run's state; one that balances and has measured less than half is not called complete."""
    if run.is_held:
        return RUN_HELD
    if run.status is RunStatus.CLOSED and counts.is_mostly_unmeasured:
        return RUN_MOSTLY_UNMEASURED
    if run.blocked_since is None:
        return RUN_STATUSES[run.status]
    return f"{RUN_STATUSES[run.status]} ({describe_moment(run.blocked_since)}부터)"


def describe_equation(counts: RunCounts) -> str:
    """Write what became of a run's trackings as a sum."""
    ended = f"성공 {counts.succeeded} + 실패 {counts.failed} + 취소 {counts.cancelled} + 기한 초과 {counts.expired}"
    if counts.left == 0:
        return f"전체 {counts.expected} = {ended}"
    return f"전체 {counts.expected} = {ended} + 남음 {counts.left}"


def describe_moment(at: datetime) -> str:
    """Write an aware instant in KST, without its year."""
    return at.astimezone(KST).strftime("%m-%d %H:%M:%S")

"""Why something was not measured, as stable codes beside the words of the day."""

from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.run import TaskState
from sunwi.errors import (
    BadMessage,
    Blocked,
    LayoutUnknown,
    PageTimedOut,
    PageTruncated,
    PageUnreachable,
    PageUnrendered,
    Permanent,
)


class FailureCause(StrEnum):
    """Why an attempt failed, or a task ended unmeasured; the codes are stored and do not change."""

    #: Naver said no: 403, 429, a captcha or a login wall.
    BLOCKED = "blocked"
    #: The page is not one we know.
    LAYOUT = "layout"
    #: The body of the page was cut.
    TRUNCATED = "truncated"
    #: The page came without its rows, which its own script was to write.
    UNRENDERED = "unrendered"
    #: The page did not come in time.
    TIMEOUT = "timeout"
    #: The page did not come at all.
    UNREACHABLE = "unreachable"
    #: An attempt was started and never ended.
    CRASH = "crash"
    #: The tracking or what was found for it cannot be used.
    UNUSABLE = "unusable"
    #: The queue message is not ours, or names nothing that there is.
    BAD_MESSAGE = "bad_message"
    #: The message was received too often without a finished attempt.
    STARVED = "starved"
    #: The run's deadline came first.
    DEADLINE = "deadline"
    #: The canary held the run up to its deadline.
    HELD = "held"
    #: The run itself failed.
    RUN_FAILED = "run_failed"
    #: Somebody cancelled the run, or paused or ended the tracking.
    CANCELLED = "cancelled"
    #: Anything else that can be tried again.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one thing was not measured, as a code and in words."""

    cause: FailureCause
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmeasuredTask:
    """A tracking that a run could not measure, and why."""

    tracking_id: int
    keyword: str
    state: TaskState
    cause: FailureCause
    reason: str


#: The first class that an error belongs to gives its cause.
_CAUSES = (
    (Blocked, FailureCause.BLOCKED),
    (LayoutUnknown, FailureCause.LAYOUT),
    (PageTruncated, FailureCause.TRUNCATED),
    (PageUnrendered, FailureCause.UNRENDERED),
    (PageTimedOut, FailureCause.TIMEOUT),
    (PageUnreachable, FailureCause.UNREACHABLE),
    (BadMessage, FailureCause.BAD_MESSAGE),
    (Permanent, FailureCause.UNUSABLE),
)


def cause_of(error: Exception) -> FailureCause:
    """Return an error's code."""
    return next((cause for kind, cause in _CAUSES if isinstance(error, kind)), FailureCause.OTHER)


def failure_of(error: Exception) -> Failure:
    """Describe an attempt that an error ended."""
    return Failure(cause_of(error), f"{type(error).__name__}: {error}")

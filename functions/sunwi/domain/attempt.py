"""What to do with one queue message, and when to try again."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sunwi.domain.run import TaskState
from sunwi.errors import (
    Blocked,
    LayoutUnknown,
    PageTimedOut,
    PageTruncated,
    PageUnreachable,
    PageUnrendered,
    SunwiError,
)

#: Real attempts per message: the first and two retries.
MAX_ATTEMPTS = 3

#: Receives that came to nothing, since every crawler was busy, that a healthy message survives in any run.
STARVED_RECEIVES = 7

#: Most that SQS takes as maxReceiveCount.
_MAX_RECEIVE_COUNT = 1000

#: Most that CRAWL_POSTPONE_SECONDS may be.
LONGEST_POSTPONEMENT_SECONDS = 300

#: Crawler timeouts for which a queue hides a message that is received: room for throttled receives.
VISIBILITY_TIMEOUTS = 6

#: How much longer than its invocation a started message stays hidden, so that one that ends well is deleted first.
LEASE_MARGIN_SECONDS = 5

#: Longest pause of a message: SQS's 12 hours from its receive, less the longest function that may have held it.
MAX_RETRY_DELAY_SECONDS = 43_200 - 900


#: Failures of a page, whatever target it was loaded for, by the name that an attempt is stored with.
PAGE_FAILURES: Mapping[str, type[SunwiError]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (Blocked, LayoutUnknown, PageTruncated, PageUnrendered, PageUnreachable, PageTimedOut)
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedLoad:
    """A load of a page that failed, as another tracking of the same page finds it.

    Attributes:
        error_name: One of `PAGE_FAILURES`.
        tracking_id: Whose attempt it was.
        ended_at: Aware UTC.
    """

    error_name: str
    error: str
    tracking_id: int
    ended_at: datetime

    def as_error(self) -> SunwiError:
        """Return the failure once more, for an attempt that it answers too."""
        seen = f"seen {self.ended_at.isoformat(timespec='seconds')} for tracking {self.tracking_id}"
        return PAGE_FAILURES[self.error_name](f"{self.error} ({seen})")


class Decision(StrEnum):
    """What to do with a message."""

    MEASURE = "measure"
    ACKNOWLEDGE = "acknowledge"
    CANCEL = "cancel"
    FAIL_AGAIN = "fail_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSnapshot:
    """What is known of a task when one of its messages arrives; times are aware UTC.

    Attributes:
        decided_at: When the task reached its present terminal state; None while open.
        measured_late: A redrive has already measured it after its verdict.
        deadline: Of its run.
        attempts_used: Attempts that this very message id has started.
        is_permanent: This message id's last attempt failed for good.
        is_active: Its tracking is still ACTIVE.
        is_run_cancelled: Somebody has cancelled its run.
    """

    state: TaskState
    decided_at: datetime | None
    measured_late: bool
    deadline: datetime
    attempts_used: int
    is_permanent: bool
    is_active: bool = True
    is_run_cancelled: bool = False


def decide(snapshot: TaskSnapshot, *, sent_at: datetime, now: datetime) -> Decision:
    """Decide what to do with a message, by its task and its own id.

    A message that was sent after its task's verdict can only be a redrive: it is measured, past the
    deadline too. One whose attempts are used up is failed again until the queue's own redrive moves it.
    A task that expired before the deadline belongs to a run whose watching failed: its message goes on.

    Args:
        snapshot: What the store knows.
        sent_at: The message's SentTimestamp, aware.
        now: Aware.
    """
    if snapshot.state in {TaskState.SUCCEEDED, TaskState.CANCELLED} or snapshot.measured_late:
        return Decision.ACKNOWLEDGE
    is_over = snapshot.state in {TaskState.FAILED, TaskState.EXPIRED}
    if snapshot.is_run_cancelled and not is_over:
        return Decision.CANCEL
    if snapshot.is_permanent or snapshot.attempts_used >= MAX_ATTEMPTS:
        return Decision.FAIL_AGAIN
    if not snapshot.is_active:
        return Decision.ACKNOWLEDGE if is_over else Decision.CANCEL
    is_redrive = snapshot.decided_at is not None and sent_at > snapshot.decided_at
    if snapshot.state is TaskState.FAILED or now >= snapshot.deadline:
        return Decision.MEASURE if is_over and is_redrive else Decision.ACKNOWLEDGE
    return Decision.MEASURE


def retry_delay_seconds(attempt: int, *, base_seconds: float, jitter: float) -> int:
    """Compute the pause after a failed attempt: about base, then twice base.

    Args:
        attempt: Number of the attempt that failed, from 1.
        base_seconds: CRAWL_RETRY_BASE_SECONDS.
        jitter: Random in [-1, 1]; moves the pause by up to a tenth.
    """
    return min(max(0, round(base_seconds * attempt * (1 + 0.1 * jitter))), MAX_RETRY_DELAY_SECONDS)


def lease_seconds(remaining_seconds: float, *, visibility_seconds: int) -> int | None:
    """Compute for how long a message whose invocation has just started is hidden; None leaves it as the queue does.

    Args:
        remaining_seconds: What the invocation has left.
        visibility_seconds: What the queue itself hides a message for; a lease only ever shortens it.
    """
    seconds = math.ceil(max(0, remaining_seconds)) + LEASE_MARGIN_SECONDS
    return seconds if seconds < visibility_seconds else None


def queue_visibility_seconds(crawler_timeout_seconds: int) -> int:
    """Compute for how long a queue hides a message that is received, unless somebody says otherwise.

    Six timeouts, as AWS advises, so that a receive that finds the crawler busy can be tried again within it; never less
    than a postponement, for `receive_limit` counts on every receive without an attempt to take at least that long.
    """
    return max(VISIBILITY_TIMEOUTS * crawler_timeout_seconds, LONGEST_POSTPONEMENT_SECONDS)


def receive_limit(batch_timeout: timedelta, *, postponement: timedelta) -> int:
    """Compute the queue's maxReceiveCount.

    A message is received for its attempts; every other receive hides it for a postponement at least, so that no more of
    them fit into the run than are allowed here, in whatever mixture of starved and postponed ones.

    Args:
        batch_timeout: CRAWL_BATCH_TIMEOUT.
        postponement: CRAWL_POSTPONE_SECONDS, positive and at most `LONGEST_POSTPONEMENT_SECONDS`.

    Source: docs/aws.md, SQS.
    """
    others = max(STARVED_RECEIVES, math.ceil(batch_timeout / postponement))
    return min(MAX_ATTEMPTS + others, _MAX_RECEIVE_COUNT)

"""Which tasks that ended unmeasured get another message."""

from collections.abc import Iterable
from dataclasses import dataclass

from sunwi.domain.run import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCandidate:
    """A task of a run that failed or expired and was not measured since.

    Attributes:
        is_active: Its tracking is still measured.
        is_waiting: A message was sent since its verdict, and is not used up yet.
    """

    tracking_id: int
    state: TaskState
    is_active: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """What a retry sends, and what it leaves.

    Attributes:
        tracking_ids: To be sent, in the order of the candidates.
        waiting: Left, since their last message is still to be answered.
        inactive: Left, since their tracking is paused or has ended.
        expired: Left, since only failed ones were asked for.
    """

    tracking_ids: tuple[int, ...]
    waiting: int
    inactive: int
    expired: int


def plan_retry(candidates: Iterable[RetryCandidate], *, with_expired: bool, with_waiting: bool) -> RetryPlan:
    """Sort a run's unmeasured tasks into what is sent again and what is not."""
    tracking_ids: list[int] = []
    left = {"waiting": 0, "inactive": 0, "expired": 0}
    for candidate in candidates:
        if not candidate.is_active:
            left["inactive"] += 1
        elif candidate.state is TaskState.EXPIRED and not with_expired:
            left["expired"] += 1
        elif candidate.is_waiting and not with_waiting:
            left["waiting"] += 1
        else:
            tracking_ids.append(candidate.tracking_id)
    return RetryPlan(tracking_ids=tuple(tracking_ids), **left)

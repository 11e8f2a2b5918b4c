"""Which tasks that ended unmeasured get another message."""

from collections.abc import Iterable
from dataclasses import dataclass

from sunwi.domain.failure import FailureCause
from sunwi.domain.run import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCandidate:
    """A task of a run that failed or expired and was not measured since.

    Attributes:
        is_active: Its tracking is still measured.
        is_waiting: A message was sent since its verdict, and is not used up yet.
        cause: Why it was not measured.
    """

    tracking_id: int
    state: TaskState
    is_active: bool
    is_waiting: bool
    cause: FailureCause = FailureCause.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOrder:
    """Which of a run's unmeasured tasks are wanted.

    Attributes:
        with_expired: Those that nobody attempted by the deadline, too; their messages are gone.
        with_waiting: Those too whose last message is still to be answered; a doubled one does no harm.
        causes: Only with one of these; empty means all.
        limit: So many at most; None means all.
    """

    with_expired: bool = False
    with_waiting: bool = False
    causes: frozenset[FailureCause] = frozenset()
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """What a retry sends, and what it leaves.

    Attributes:
        tracking_ids: To be sent, in the order of the candidates.
        waiting: Left, since their last message is still to be answered.
        inactive: Left, since their tracking is paused or has ended.
        expired: Left, since only failed ones were asked for.
        of_other_causes: Left, since other causes were asked for.
        beyond_limit: Left, since so many were not asked for.
    """

    tracking_ids: tuple[int, ...]
    waiting: int
    inactive: int
    expired: int
    of_other_causes: int = 0
    beyond_limit: int = 0


def plan_retry(candidates: Iterable[RetryCandidate], order: RetryOrder) -> RetryPlan:
    """Sort a run's unmeasured tasks into what is sent again and what is not."""
    tracking_ids: list[int] = []
    left = {"waiting": 0, "inactive": 0, "expired": 0, "of_other_causes": 0, "beyond_limit": 0}
    for candidate in candidates:
        if order.causes and candidate.cause not in order.causes:
            left["of_other_causes"] += 1
        elif not candidate.is_active:
            left["inactive"] += 1
        elif candidate.state is TaskState.EXPIRED and not order.with_expired:
            left["expired"] += 1
        elif candidate.is_waiting and not order.with_waiting:
            left["waiting"] += 1
        elif order.limit is not None and len(tracking_ids) >= order.limit:
            left["beyond_limit"] += 1
        else:
            tracking_ids.append(candidate.tracking_id)
    return RetryPlan(tracking_ids=tuple(tracking_ids), **left)

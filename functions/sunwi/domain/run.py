"""Runs, their tasks, and the equation that every run must close with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

from sunwi.domain.canary import CanaryState
from sunwi.domain.schedule import KST, business_date, end_of_day
from sunwi.errors import UnbalancedRun


class RunKind(StrEnum):
    """Who asked for the run."""

    SCHEDULED = "SCHEDULED"
    MANUAL = "MANUAL"
    ON_DEMAND = "ON_DEMAND"


class RunStatus(StrEnum):
    """Where a run stands."""

    DISPATCHING = "DISPATCHING"
    RUNNING = "RUNNING"
    BLOCKED = "BLOCKED"
    CLOSED = "CLOSED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class TaskState(StrEnum):
    """Where one tracking's task within a run stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    RETRYING = "RETRYING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


#: Checks of a run that its execution has room for: 25,000 events, of which a check costs nine to nineteen, and more
#: with retries. Source: docs/adr/0037-a-run-is-checked-720-times.md.
MOST_CHECKS = 720

#: States that count in the closing equation.
TERMINAL_STATES = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED, TaskState.EXPIRED})

#: Those of them in which nothing was measured.
UNMEASURED_STATES = TERMINAL_STATES - {TaskState.SUCCEEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One round over trackings (배치).

    Attributes:
        id: `scheduled-20260102`, or kind, KST time and 8 hex digits.
        business_date: KST date the run belongs to.
        started_at: Aware UTC, first dispatch.
        deadline: Aware UTC; what is not measured by then expires.
        expected: Number of tasks, fixed by the first dispatch.
        request_id: Of the request that somebody started it by; a repeat of that request is this run. None for a
            scheduled run, and for runs of releases that did not store it.
        generation: Number of the state machine execution that watches the run, from 0.
        closed_at: Aware UTC; None while open.
        canary: How the canary let it start; None for a run that no canary comes before.
        held_until: Aware UTC, when a run that the canary held starts at the latest.
        released_at: Aware UTC, when a held run was let go.
        blocked_since: Aware UTC; since when a surface refuses that it still needs, None unless BLOCKED.
    """

    id: str
    kind: RunKind
    status: RunStatus
    business_date: date
    started_at: datetime
    deadline: datetime
    expected: int
    generation: int = 0
    closed_at: datetime | None = None
    blocked_since: datetime | None = None
    canary: CanaryState | None = None
    held_until: datetime | None = None
    released_at: datetime | None = None
    request_id: str | None = None

    @property
    def is_held(self) -> bool:
        """Whether it waits for the canary: nothing of it is sent."""
        return self.canary is CanaryState.HELD and self.closed_at is None

    def held_seconds(self, now: datetime) -> float:
        """Return for how long the canary has held it, or had, in seconds."""
        if self.held_until is None:
            return 0.0
        return ((self.released_at or self.closed_at or now) - self.started_at).total_seconds()

    @property
    def execution_name(self) -> str:
        """The state machine execution's name: letters, digits and hyphens, at most 80."""
        return f"{self.id}-{self.generation}"

    def of_generation(self, generation: int) -> "Run":
        """Return the same run, watched by another execution."""
        return replace(self, generation=generation)


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many tasks of a run ended how, and how many are still open."""

    expected: int
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    expired: int = 0

    @property
    def left(self) -> int:
        """Tasks without an end yet."""
        return self.expected - self.succeeded - self.failed - self.cancelled - self.expired

    @property
    def unmeasured(self) -> int:
        """Tasks that ended without a finished attempt, other than by somebody's will."""
        return self.failed + self.expired

    @property
    def is_mostly_unmeasured(self) -> bool:
        """Whether more than half of what was to be measured was not: such a run is not well, though it balances."""
        return 2 * self.unmeasured > self.expected - self.cancelled

    @classmethod
    def from_states(cls, expected: int, states: Mapping[TaskState, int]) -> "RunCounts":
        """Build from the number of tasks per state."""
        return cls(
            expected=expected,
            succeeded=states.get(TaskState.SUCCEEDED, 0),
            failed=states.get(TaskState.FAILED, 0),
            cancelled=states.get(TaskState.CANCELLED, 0),
            expired=states.get(TaskState.EXPIRED, 0),
        )

    def check_balance(self, run_id: str) -> None:
        """Require `expected = succeeded + failed + cancelled + expired`.

        Raises:
            UnbalancedRun: Tasks are missing or counted twice.
        """
        if self.left != 0:
            raise UnbalancedRun(
                f"run {run_id} does not balance: expected {self.expected} ≠ succeeded {self.succeeded} + failed "
                f"{self.failed} + cancelled {self.cancelled} + expired {self.expired}",
                code="run_unbalanced",
                run_id=run_id,
                expected=self.expected,
                succeeded=self.succeeded,
                failed=self.failed,
                cancelled=self.cancelled,
                expired=self.expired,
            )


def scheduled_run_id(day: date) -> str:
    """Name the one scheduled run of a KST date."""
    return f"scheduled-{day:%Y%m%d}"


def started_run_id(kind: RunKind, at: datetime, token: str) -> str:
    """Name a run that somebody started.

    Args:
        kind: MANUAL or ON_DEMAND.
        at: Aware start.
        token: One of its request's, since two runs may start in one second.
    """
    return f"{kind.value.lower().replace('_', '-')}-{at.astimezone(KST):%Y%m%d-%H%M%S}-{token}"


def run_deadline(kind: RunKind, started_at: datetime, batch_timeout: timedelta) -> datetime:
    """Return a run's deadline; a scheduled run ends with its KST date at the latest."""
    deadline = started_at + batch_timeout
    if kind is RunKind.SCHEDULED:
        return min(deadline, end_of_day(business_date(started_at)))
    return deadline


def next_check_seconds(
    counts: RunCounts, *, started_at: datetime, deadline: datetime, now: datetime, probe_at: datetime | None = None
) -> int:
    """Compute how long to wait before checking a run again, in seconds.

    Half of the time that the rest should take at the pace so far, but no longer than the run has lasted: a few checks
    for a short run, no more than some dozens for a long one, and none far behind the end of a run that started slowly.

    Args:
        counts: Of the run.
        started_at: Aware, as all four.
        deadline: When it is closed in any case.
        now: When it was checked.
        probe_at: When the surface that holds it back is asked again; little happens before.
    """
    until_deadline = max(1, int((deadline - now).total_seconds()) + 1)
    until_probe = 0 if probe_at is None else int((probe_at - now).total_seconds()) + 1
    done = counts.expected - counts.left
    lasted = int((now - started_at).total_seconds())
    wait = 5 if done == 0 else max(1, min(int(lasted / done * counts.left / 2), max(5, lasted)))
    return min(max(wait, until_probe), 300, until_deadline)


def space_checks(wait_seconds: int, *, run: Run, now: datetime, until: datetime) -> int:
    """Lengthen a wait to the run's share of `MOST_CHECKS`, in seconds, though not beyond `until`.

    One straggler of a large run would else be checked for every second for hours, until the execution history is full.

    Args:
        wait_seconds: What would be worth waiting, at least 1.
        run: Whose execution waits.
        now: Aware, as `until`.
        until: When the next check is due in any case.
    """
    share = ceil((run.deadline - run.started_at).total_seconds() / MOST_CHECKS)
    left = int((until - now).total_seconds()) + 1
    return max(wait_seconds, min(share, left))

"""What the watchdog asks of a night, and which answers are problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sunwi.domain.run import Run, RunCounts, RunStatus, scheduled_run_id
from sunwi.domain.schedule import KST, business_date, end_of_day
from sunwi.errors import SunwiError

#: How long after its planned start a run may still be on its way, the dispatcher's own retries included.
DISPATCH_GRACE = timedelta(minutes=15)

#: How long after its deadline a run may still be open: the state machine checks at least every five minutes.
CLOSE_GRACE = timedelta(minutes=10)

#: What the watchdog waits for after the batch timeout, at least, before it checks by itself.
CHECK_MARGIN = timedelta(minutes=30)

#: An attempt that has run this long is lost: longer than any queue hides a message whose crawler died.
STUCK_AFTER = timedelta(minutes=30)

#: How long after its close a night may be without an evaluation that succeeded, all of its tries included.
EVALUATION_GRACE = timedelta(hours=2)

#: Problems of so many days are looked after, until they are gone.
DAYS_WATCHED = timedelta(days=7)


class ProblemKind(StrEnum):
    """What can be wrong."""

    RUN_MISSING = "RUN_MISSING"
    RUN_OPEN = "RUN_OPEN"
    RUN_UNWATCHED = "RUN_UNWATCHED"
    RUN_FAILED = "RUN_FAILED"
    RUN_UNBALANCED = "RUN_UNBALANCED"
    RUN_MOSTLY_UNMEASURED = "RUN_MOSTLY_UNMEASURED"
    TRACKING_WITHOUT_TASK = "TRACKING_WITHOUT_TASK"
    TRACKING_EXPIRED = "TRACKING_EXPIRED"
    LEDGER_ROW_MISSING = "LEDGER_ROW_MISSING"
    TASK_STUCK = "TASK_STUCK"
    DEAD_LETTERS = "DEAD_LETTERS"
    DISPATCH_FAILED = "DISPATCH_FAILED"
    WATCH_FAILED = "WATCH_FAILED"
    NOT_ASKED = "NOT_ASKED"
    JOB_STUCK = "JOB_STUCK"
    TICK_SILENT = "TICK_SILENT"
    POOL_PAUSED = "POOL_PAUSED"
    SCHEDULE_MISSING = "SCHEDULE_MISSING"
    SCHEDULE_PAUSED = "SCHEDULE_PAUSED"
    SCHEDULE_OVER = "SCHEDULE_OVER"
    EVALUATION_MISSING = "EVALUATION_MISSING"
    MAIL_BOUNCED = "MAIL_BOUNCED"
    MAIL_COMPLAINED = "MAIL_COMPLAINED"
    BACKUP_OLD = "BACKUP_OLD"
    SCHEMA_BEHIND = "SCHEMA_BEHIND"
    DATABASE_AWAY = "DATABASE_AWAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        subject: The run or queue it is about; with the kind it names the problem.
        day: KST date it belongs to; None when it belongs to no day.
        extent: How many things are affected, at least 1; an alarm that grows is raised again.
        detail: What is known of it, in words or numbers; tracking ids for instance.
    """

    kind: ProblemKind
    subject: str
    day: date | None = None
    extent: int = 1
    detail: str = ""

    @property
    def key(self) -> str:
        """Name the problem: the same one is reported once."""
        return f"{self.kind}:{self.subject}"


class RepairKind(StrEnum):
    """What the watchdog did about a problem."""

    STARTED = "STARTED"
    WATCHED = "WATCHED"
    CLOSED = "CLOSED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What was done about a problem, or tried in vain.

    Attributes:
        run: That was started, or is watched again.
        summary: What a run was closed with.
        error: Why the repair failed.
    """

    kind: RepairKind
    run: Run | None = None
    summary: Mapping[str, Any] | None = None
    error: SunwiError | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """Trackings that something is wrong with: how many, and the first of them."""

    count: int
    first_ids: tuple[int, ...] = ()

    @property
    def detail(self) -> str:
        """List them; dots say that there are more."""
        shown = ", ".join(str(tracking_id) for tracking_id in self.first_ids)
        return f"{shown}, …" if self.count > len(self.first_ids) else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A day's scheduled run, counted anew from its tasks.

    Attributes:
        tasks: Tasks there are, in whatever state.
        summary: What the run closed with.
        without_task: Trackings that were active before the run, and have neither a task nor a ledger row.
        without_row: Tasks that succeeded, and have no ledger row of the day.
        expired: Tasks that expired, and have no ledger row of the day.
        failed: Tasks that failed, and have no ledger row of the day.
    """

    run: Run
    counts: RunCounts
    tasks: int
    summary: Mapping[str, Any] | None
    failure: str | None
    without_task: Affected
    without_row: Affected
    expired: Affected
    failed: Affected


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """One KST date.

    Attributes:
        planned_start: Aware.
        awaited: Trackings that were active before the planned start.
    """

    day: date
    planned_start: datetime
    awaited: int
    run: RunFacts | None


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that is not closed; `has_execution` says whether the execution of its generation is running."""

    run: Run
    has_execution: bool


def planned_start(day: date, *, hour: int, minute: int) -> datetime:
    """Return the aware instant at which a KST date's run is to start."""
    return datetime.combine(day, time(hour, minute), tzinfo=KST)


def watched_day(now: datetime, *, hour: int, minute: int) -> date:
    """Return the KST date whose run was the last to start by the schedule."""
    today = business_date(now)
    return today if now >= planned_start(today, hour=hour, minute=minute) else today - timedelta(days=1)


def may_start(day: date, *, now: datetime, cutoff_hour: int, batch_timeout: timedelta) -> bool:
    """Return whether a missing run may still be started: today, before the cut-off, and to end by midnight KST.

    Args:
        day: KST date of the run.
        now: Aware.
        cutoff_hour: KST, 0 (never) to 24 (as long as the day allows).
        batch_timeout: How long the run may take.
    """
    local = now.astimezone(KST)
    return day == local.date() and local.hour < cutoff_hour and now + batch_timeout <= end_of_day(day)


def assess_day(facts: DayFacts, *, now: datetime) -> list[Problem]:
    """Judge a day's scheduled run: did it start, end, balance, and account for every tracking?"""
    run_id = scheduled_run_id(facts.day)
    if facts.run is None:
        if not facts.awaited or now < facts.planned_start + DISPATCH_GRACE:
            return []
        return [Problem(kind=ProblemKind.RUN_MISSING, subject=run_id, day=facts.day, extent=facts.awaited)]
    found = facts.run
    problems = [
        Problem(kind=kind, subject=run_id, day=facts.day, extent=affected.count, detail=affected.detail)
        for kind, affected in (
            (ProblemKind.TRACKING_WITHOUT_TASK, found.without_task),
            (ProblemKind.LEDGER_ROW_MISSING, found.without_row),
        )
        if affected.count
    ]
    problems += _assess_unmeasured(found, day=facts.day)
    if found.run.status is RunStatus.FAILED:
        reason = found.failure or ""
        problems.append(Problem(kind=ProblemKind.RUN_FAILED, subject=run_id, day=facts.day, detail=reason))
    if found.run.closed_at is not None and (difference := imbalance(found)):
        problems.append(Problem(kind=ProblemKind.RUN_UNBALANCED, subject=run_id, day=facts.day, detail=difference))
    return problems


def _assess_unmeasured(facts: RunFacts, *, day: date) -> list[Problem]:
    """Judge what a run did not measure: one problem of the run when that is more than half, else one of trackings."""
    run_id, counts, expired = facts.run.id, facts.counts, facts.expired
    wanted, unmeasured = counts.expected - counts.cancelled, expired.count + facts.failed.count
    if facts.run.closed_at is not None and 2 * unmeasured > wanted:
        detail = f"{unmeasured}/{wanted}"
        kind = ProblemKind.RUN_MOSTLY_UNMEASURED
        return [Problem(kind=kind, subject=run_id, day=day, extent=unmeasured, detail=detail)]
    if not expired.count:
        return []
    kind = ProblemKind.TRACKING_EXPIRED
    return [Problem(kind=kind, subject=run_id, day=day, extent=expired.count, detail=expired.detail)]


def imbalance(facts: RunFacts) -> str:
    """Describe where a closed run's equation, its tasks and its summary differ; empty when they agree."""
    counts = facts.counts
    ends = {
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
        "expired": counts.expired,
    }
    if facts.tasks != counts.expected:
        return f"expected {counts.expected} ≠ {facts.tasks} tasks"
    if counts.left:
        return f"expected {counts.expected} ≠ " + " + ".join(f"{name} {count}" for name, count in ends.items())
    if facts.summary is None:
        return "no summary"
    told = {name: facts.summary.get(name) for name in ("expected", *ends)}
    counted = {"expected": counts.expected, **ends}
    return ", ".join(f"{name} {told[name]} ≠ {counted[name]}" for name in counted if told[name] != counted[name])


def assess_evaluations(unevaluated: Sequence[str]) -> list[Problem]:
    """Judge the nights that closed long ago and have no evaluation: one problem, raised again with each further night.

    Args:
        unevaluated: Ids of their runs.
    """
    if not unevaluated:
        return []
    kind, detail = ProblemKind.EVALUATION_MISSING, ", ".join(unevaluated)
    return [Problem(kind=kind, subject="evaluation", extent=len(unevaluated), detail=detail)]


def assess_open_runs(runs: Sequence[OpenRun], *, now: datetime) -> list[Problem]:
    """Judge the runs that are open: is each within its time, and does a state machine watch it?"""
    problems = []
    for found in runs:
        run = found.run
        if now > run.deadline + CLOSE_GRACE:
            problems.append(Problem(kind=ProblemKind.RUN_OPEN, subject=run.id, detail=run.status.value))
        elif not found.has_execution and (
            run.status is not RunStatus.DISPATCHING or now > run.started_at + DISPATCH_GRACE
        ):
            problems.append(Problem(kind=ProblemKind.RUN_UNWATCHED, subject=run.id, detail=run.status.value))
    return problems

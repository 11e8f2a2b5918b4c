"""What the watchdog asks of schedules, and which answers are problems."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sunwi.domain.job_schedule import ScheduleFault, ScheduleState
from sunwi.domain.schedule import KST
from sunwi.domain.watch import Problem, ProblemKind

#: A schedule that is paused is noticed each time that so long has gone by.
PAUSE_NOTICED_EVERY = timedelta(hours=24)

_KINDS = {
    ScheduleState.MISSING: ProblemKind.SCHEDULE_MISSING,
    ScheduleState.PAUSED: ProblemKind.SCHEDULE_PAUSED,
    ScheduleState.OVER: ProblemKind.SCHEDULE_OVER,
}
#: Kinds of the problems that only the scheduler can tell of.
OF_SCHEDULES = frozenset(_KINDS.values())


def assess_schedule_faults(faults: Sequence[ScheduleFault], *, now: datetime) -> list[Problem]:
    """Judge Sunwi's own schedules that submit nothing: at once, but for a pause, which a person has wanted.

    That is a problem after a day. Its extent grows by one each day, and a problem that grows is raised again.
    """
    problems = []
    for fault in faults:
        extent = 1
        if fault.state is ScheduleState.PAUSED and fault.since is not None:
            extent = (now - fault.since) // PAUSE_NOTICED_EVERY
        if extent >= 1:
            problem = Problem(
                kind=_KINDS[fault.state], subject=f"schedule:{fault.name}", extent=extent, detail=_kst(fault.since)
            )
            problems.append(problem)
    return problems


def _kst(at: datetime | None) -> str:
    return "-" if at is None else f"{at.astimezone(KST):%m-%d %H:%M} KST"

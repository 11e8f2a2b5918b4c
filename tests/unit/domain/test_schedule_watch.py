from datetime import UTC, datetime, timedelta

import pytest

from sunwi.domain.job_schedule import ScheduleFault, ScheduleState
from sunwi.domain.schedule_watch import assess_schedule_faults
from sunwi.domain.watch import ProblemKind

NOW = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)


def test_what_is_missing_or_over_is_a_problem_at_once() -> None:
    faults = [
        ScheduleFault("backup", ScheduleState.MISSING),
        ScheduleFault("archive", ScheduleState.OVER, NOW),
    ]
    found = assess_schedule_faults(faults, now=NOW)
    assert [(problem.kind, problem.subject, problem.extent, problem.detail) for problem in found] == [
        (ProblemKind.SCHEDULE_MISSING, "schedule:backup", 1, "-"),
        (ProblemKind.SCHEDULE_OVER, "schedule:archive", 1, "01-02 12:00 KST"),
    ]


@pytest.mark.parametrize(("hours", "extent"), [(1, None), (23, None), (24, 1), (47, 1), (48, 2)])
def test_a_pause_is_a_problem_after_a_day_and_a_larger_one_each_day(hours: int, extent: int | None) -> None:
    fault = ScheduleFault("backup", ScheduleState.PAUSED, NOW - timedelta(hours=hours))
    found = assess_schedule_faults([fault], now=NOW)
    assert [problem.extent for problem in found] == ([] if extent is None else [extent])
    assert {problem.kind for problem in found} <= {ProblemKind.SCHEDULE_PAUSED}


def test_a_pause_of_which_nobody_knows_since_when_is_a_problem() -> None:
    (problem,) = assess_schedule_faults([ScheduleFault("backup", ScheduleState.PAUSED)], now=NOW)
    assert (problem.kind, problem.extent) == (ProblemKind.SCHEDULE_PAUSED, 1)

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.run import RunCounts, RunStatus
from sunwi.domain.schedule import KST, end_of_day
from sunwi.domain.watch import (
    CLOSE_GRACE,
    DISPATCH_GRACE,
    Affected,
    DayFacts,
    OpenRun,
    Problem,
    ProblemKind,
    RunFacts,
    assess_day,
    assess_open_runs,
    may_start,
    planned_start,
    watched_day,
)
from tests.examples import DAY, HOUR, NIGHT, new_run

NONE = Affected(0)
CLOSED = replace(new_run(), status=RunStatus.CLOSED, expected=3, closed_at=NIGHT + HOUR)
COUNTS = RunCounts(3, succeeded=1, failed=1, cancelled=1)
SUMMARY = {"expected": 3, "succeeded": 1, "failed": 1, "cancelled": 1, "expired": 0}
LATER = NIGHT + 2 * HOUR


def run_facts(**changes: Any) -> RunFacts:
    facts = RunFacts(
        run=CLOSED,
        counts=COUNTS,
        tasks=3,
        summary=SUMMARY,
        failure=None,
        without_task=NONE,
        without_row=NONE,
        expired=NONE,
        failed=NONE,
    )
    return replace(facts, **changes)


def day_facts(run: RunFacts | None, awaited: int = 0) -> DayFacts:
    return DayFacts(day=DAY, planned_start=NIGHT, awaited=awaited, run=run)


def kinds(problems: list[Problem]) -> list[ProblemKind]:
    return [problem.kind for problem in problems]


def test_a_run_that_closed_in_balance_with_everything_accounted_for_is_no_problem() -> None:
    assert assess_day(day_facts(run_facts()), now=LATER) == []


def test_a_run_that_never_started_is_a_problem_of_every_tracking_that_waited() -> None:
    (problem,) = assess_day(day_facts(None, awaited=300), now=LATER)
    assert (problem.kind, problem.subject, problem.day, problem.extent) == (
        ProblemKind.RUN_MISSING,
        "scheduled-20260102",
        DAY,
        300,
    )


@pytest.mark.parametrize(("late", "expected"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_run_may_be_on_its_way_for_a_while(*, late: timedelta, expected: bool) -> None:
    facts = day_facts(None, awaited=1)
    assert bool(assess_day(facts, now=NIGHT + DISPATCH_GRACE + late - timedelta(microseconds=1))) is expected


def test_nobody_misses_the_run_of_a_day_on_which_nothing_was_tracked() -> None:
    assert assess_day(day_facts(None, awaited=0), now=LATER) == []


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("without_task", ProblemKind.TRACKING_WITHOUT_TASK),
        ("without_row", ProblemKind.LEDGER_ROW_MISSING),
        ("expired", ProblemKind.TRACKING_EXPIRED),
    ],
)
def test_trackings_that_are_not_accounted_for_are_named(field: str, kind: ProblemKind) -> None:
    run = run_facts(run=replace(CLOSED, closed_at=None), **{field: Affected(12, (3, 5))})
    (problem,) = assess_day(day_facts(run), now=LATER)
    assert (problem.kind, problem.extent, problem.detail) == (kind, 12, "3, 5, …")


@pytest.mark.parametrize(
    ("failed", "expired", "kinds_wanted"),
    [
        (0, 5, [ProblemKind.TRACKING_EXPIRED]),
        (5, 0, []),
        (6, 0, [ProblemKind.RUN_MOSTLY_UNMEASURED]),
        (0, 6, [ProblemKind.RUN_MOSTLY_UNMEASURED]),
        (3, 5, [ProblemKind.RUN_MOSTLY_UNMEASURED]),
        (5, 5, [ProblemKind.RUN_MOSTLY_UNMEASURED]),
    ],
)
def test_a_run_that_measured_less_than_half_is_one_problem_though_it_balances(
    failed: int, expired: int, kinds_wanted: list[ProblemKind]
) -> None:
    counts = RunCounts(12, succeeded=10 - failed - expired, failed=failed, cancelled=2, expired=expired)
    summary = {"expected": 12, "succeeded": counts.succeeded, "failed": failed, "cancelled": 2, "expired": expired}
    found = run_facts(
        run=replace(CLOSED, expected=12),
        counts=counts,
        tasks=12,
        summary=summary,
        failed=Affected(failed),
        expired=Affected(expired),
    )
    problems = assess_day(day_facts(found), now=LATER)
    assert kinds(problems) == kinds_wanted
    assert counts.is_mostly_unmeasured is (kinds_wanted == [ProblemKind.RUN_MOSTLY_UNMEASURED])
    if counts.is_mostly_unmeasured:
        assert (problems[0].extent, problems[0].detail) == (failed + expired, f"{failed + expired}/10")


def test_what_was_measured_late_is_not_missing_any_more() -> None:
    counts = RunCounts(3, failed=3)
    found = run_facts(
        counts=counts, summary={**SUMMARY, "succeeded": 0, "failed": 3, "cancelled": 0}, failed=Affected(1)
    )
    assert assess_day(day_facts(found), now=LATER) == []


def test_a_failed_run_is_a_problem_though_it_balances() -> None:
    run = replace(CLOSED, status=RunStatus.FAILED)
    (problem,) = assess_day(day_facts(run_facts(run=run, failure="the monitor is gone")), now=LATER)
    assert (problem.kind, problem.detail) == (ProblemKind.RUN_FAILED, "the monitor is gone")


def test_a_cancelled_run_is_somebodys_will() -> None:
    run = replace(CLOSED, status=RunStatus.CANCELLED)
    assert assess_day(day_facts(run_facts(run=run)), now=LATER) == []


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"tasks": 2}, "expected 3 ≠ 2 tasks"),
        ({"counts": RunCounts(3, succeeded=1)}, "expected 3 ≠ succeeded 1 + failed 0 + cancelled 0 + expired 0"),
        ({"summary": None}, "no summary"),
        ({"summary": {**SUMMARY, "succeeded": 2, "failed": 0}}, "succeeded 2 ≠ 1, failed 0 ≠ 1"),
        ({"summary": {**SUMMARY, "expected": 4}}, "expected 4 ≠ 3"),
    ],
)
def test_an_equation_that_does_not_hold_is_told_with_its_numbers(changes: Mapping[str, Any], detail: str) -> None:
    (problem,) = assess_day(day_facts(run_facts(**changes)), now=LATER)
    assert (problem.kind, problem.detail) == (ProblemKind.RUN_UNBALANCED, detail)


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4), st.integers(0, 20), st.integers(0, 20))
def test_a_closed_run_is_balanced_only_if_its_tasks_its_equation_and_its_summary_agree(
    ends: list[int], expected: int, tasks: int
) -> None:
    names = ("succeeded", "failed", "cancelled", "expired")
    counts = RunCounts(expected, *ends)
    summary = {"expected": expected, **dict(zip(names, ends, strict=True))}
    facts = run_facts(counts=counts, tasks=tasks, summary=summary)
    assert (assess_day(day_facts(facts), now=LATER) == []) == (sum(ends) == expected == tasks)


def test_an_open_run_is_not_asked_for_its_equation() -> None:
    facts = run_facts(run=replace(CLOSED, status=RunStatus.RUNNING, closed_at=None), counts=RunCounts(3), summary=None)
    assert assess_day(day_facts(facts), now=LATER) == []


def open_run(status: RunStatus = RunStatus.RUNNING, *, has_execution: bool = True) -> OpenRun:
    return OpenRun(replace(new_run(), status=status), has_execution=has_execution)


def test_a_run_that_is_open_after_its_deadline_is_a_problem_even_if_it_is_watched() -> None:
    deadline = NIGHT + HOUR
    assert assess_open_runs([open_run()], now=deadline + CLOSE_GRACE) == []
    (problem,) = assess_open_runs([open_run()], now=deadline + CLOSE_GRACE + timedelta(seconds=1))
    assert (problem.kind, problem.day) == (ProblemKind.RUN_OPEN, None)


def test_a_run_that_nobody_watches_is_a_problem_at_once() -> None:
    assert kinds(assess_open_runs([open_run(has_execution=False)], now=NIGHT)) == [ProblemKind.RUN_UNWATCHED]


def test_a_run_that_is_being_dispatched_has_a_while_to_be_watched() -> None:
    runs = [open_run(RunStatus.DISPATCHING, has_execution=False)]
    assert assess_open_runs(runs, now=NIGHT + DISPATCH_GRACE) == []
    assert kinds(assess_open_runs(runs, now=NIGHT + DISPATCH_GRACE + timedelta(seconds=1))) == [
        ProblemKind.RUN_UNWATCHED
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 1, 2, 0, 59, tzinfo=KST), date(2026, 1, 1)),
        (datetime(2026, 1, 2, 1, 0, tzinfo=KST), date(2026, 1, 2)),
        (datetime(2026, 1, 2, 23, 59, tzinfo=KST), date(2026, 1, 2)),
    ],
)
def test_the_watched_day_is_that_of_the_last_planned_start(now: datetime, expected: date) -> None:
    assert watched_day(now.astimezone(UTC), hour=1, minute=0) == expected


@given(st.integers(0, 23), st.integers(0, 59), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - the zone is set below
def test_a_planned_start_is_never_more_than_a_day_before_the_look(hour: int, minute: int, at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    start = planned_start(watched_day(now, hour=hour, minute=minute), hour=hour, minute=minute)
    assert timedelta(0) <= now - start < timedelta(days=1)


@pytest.mark.parametrize(
    ("local", "cutoff", "expected"),
    [
        ("2026-01-02T03:00", 9, True),
        ("2026-01-02T08:59", 9, True),
        ("2026-01-02T09:00", 9, False),
        ("2026-01-02T03:00", 0, False),
        ("2026-01-02T23:00", 24, True),
        ("2026-01-02T23:01", 24, False),
        ("2026-01-03T03:00", 24, False),
    ],
)
def test_a_missing_run_is_started_today_before_the_cutoff_and_to_end_by_midnight(
    *, local: str, cutoff: int, expected: bool
) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=KST)
    assert may_start(DAY, now=now, cutoff_hour=cutoff, batch_timeout=HOUR) is expected
    assert not expected or now + HOUR <= end_of_day(DAY)

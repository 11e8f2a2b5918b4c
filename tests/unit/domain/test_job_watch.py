from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sunwi.domain.job_watch import JobWatch, assess_job_watch
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.worker_pool import Paused, WorkerPool

NOW = datetime(2026, 1, 2, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
POOL = WorkerPool(workers=3, changed_at=NOW, ticked_at=NOW - timedelta(minutes=1))
WATCH = JobWatch(pool=POOL, paused_at=None, open_jobs=2, stuck=())


def problems(watch: JobWatch) -> list[Problem]:
    return assess_job_watch(watch, now=NOW)


def test_jobs_that_go_on_are_no_problem() -> None:
    assert problems(WATCH) == []


def test_a_tender_that_does_not_tick_is_one_problem_of_all_open_jobs() -> None:
    silent = replace(WATCH, pool=replace(POOL, ticked_at=NOW - HOUR))
    assert problems(silent) == [
        Problem(kind=ProblemKind.TICK_SILENT, subject="tender", extent=2, detail="01-03 00:00 KST")
    ]
    assert problems(replace(silent, open_jobs=0))[0].extent == 1


def test_stuck_jobs_are_one_problem_that_names_the_first() -> None:
    (problem,) = problems(replace(WATCH, stuck=("a", "b", "c", "d")))
    assert (problem.kind, problem.extent, problem.detail) == (ProblemKind.JOB_STUCK, 4, "a, b, c, …")


@pytest.mark.parametrize(
    ("paused", "hours", "extent"),
    [
        (Paused.PEOPLE, 23, None),
        (Paused.PEOPLE, 24, 1),
        (Paused.PEOPLE, 71, 2),
        (Paused.ALL, 0, 1),
        (Paused.ALL, 24, 2),
        (Paused.ALL, 48, 3),
    ],
)
def test_a_pause_is_noticed_anew_each_day_and_one_of_everything_at_once(
    paused: Paused, hours: int, extent: int | None
) -> None:
    watch = replace(WATCH, pool=replace(POOL, paused=paused), paused_at=NOW - hours * HOUR)
    found = {problem.kind: problem.extent for problem in problems(watch)}
    assert found == ({} if extent is None else {ProblemKind.POOL_PAUSED: extent})


def test_the_time_of_an_earlier_pause_is_nothing_once_the_pool_goes_on() -> None:
    assert problems(replace(WATCH, paused_at=NOW - 72 * HOUR)) == []

"""A night that no run will come for is told; one whose run may still be started is not, yet."""

from itertools import count

import pytest

from sunwi.domain.job import Job
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.work import Works
from sunwi.service.evaluation.evaluation import EVALUATION
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from sunwi.service.watchdog.submit_missing_night import SubmitMissingNight
from tests.examples import DAY, HOUR
from tests.job_world import ADMIN
from tests.night import SCHEDULED, Night

MISSING = Problem(kind=ProblemKind.RUN_MISSING, subject=SCHEDULED, day=DAY, extent=3)
_IDS = count(1)


def submit_of(night: Night, cutoff_hour: int = 4) -> SubmitMissingNight:
    return SubmitMissingNight(
        store=night.store,
        submit=SubmitInTransaction(works=Works((EVALUATION,)), new_id=lambda: f"job-{next(_IDS)}"),
        clock=night.clock,
        batch_timeout=HOUR,
        cutoff_hour=cutoff_hour,
    )


def evaluations(night: Night) -> list[Job]:
    with night.sql.read() as tx:
        return list(tx.jobs.page(JobQuery(wanted=JobFilter(), actor=ADMIN, limit=10)).jobs)


def test_a_night_is_told_once_its_run_may_not_be_started_any_more(night: Night) -> None:
    night.clock.advance(hours=2)
    assert not submit_of(night).submit_for([MISSING], day=DAY)
    night.clock.advance(hours=1)
    assert submit_of(night).submit_for([MISSING], day=DAY)
    assert not submit_of(night).submit_for([MISSING], day=DAY)
    [job] = evaluations(night)
    assert job.params == {"day": "2026-01-02"}


@pytest.mark.parametrize(
    "problems",
    [
        [],
        [Problem(kind=ProblemKind.RUN_FAILED, subject=SCHEDULED, day=DAY)],
        [Problem(kind=ProblemKind.RUN_MISSING, subject="scheduled-20251231", day=DAY.replace(day=1))],
    ],
    ids=["none", "another", "of another day"],
)
def test_nothing_is_submitted_without_a_missing_run_of_the_day(night: Night, problems: list[Problem]) -> None:
    night.clock.advance(hours=20)
    assert not submit_of(night).submit_for(problems, day=DAY)
    assert evaluations(night) == []

"""However a night ends, its evaluation is submitted with its end: once, and only that of a scheduled run."""

from dataclasses import replace
from itertools import count

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.job import Job
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.domain.job_priority import Priority
from sunwi.domain.run import RunKind
from sunwi.domain.work import Works
from sunwi.errors import UnbalancedRun
from sunwi.service.evaluation.evaluation import EVALUATION
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from sunwi.service.runs.cancel_run import CancelRun
from sunwi.service.runs.close_run import CloseRun
from tests.examples import NIGHT, new_run, place_tracking, recognised
from tests.job_world import ADMIN
from tests.night import SCHEDULED, Night

_IDS = count(1)


def close_of(night: Night) -> CloseRun:
    submit = SubmitInTransaction(works=Works((EVALUATION,)), new_id=lambda: f"job-{next(_IDS)}")
    return replace(night.close, submit=submit)


def evaluations(night: Night) -> list[Job]:
    with night.sql.read() as tx:
        return list(tx.jobs.page(JobQuery(wanted=JobFilter(work=EVALUATION_WORK), actor=ADMIN, limit=10)).jobs)


@pytest.fixture
def running(night: Night) -> Night:
    night.start(place_tracking(101))
    night.show(recognised("101"))
    return night


def test_a_run_that_closes_is_evaluated_before_everything_else(running: Night) -> None:
    running.deliver()
    for _ in range(2):
        close_of(running).summarise(SCHEDULED)
    [job] = evaluations(running)
    assert (job.priority, job.params, job.is_of_system) == (Priority.CRITICAL, {}, True)
    with running.sql.read() as tx:
        assert tx.jobs.find_request("system", f"evaluation:{SCHEDULED}:CLOSED") is not None


def test_a_run_that_fails_is_evaluated(running: Night) -> None:
    close_of(running).fail(SCHEDULED, "the state machine died")
    assert len(evaluations(running)) == 1


def test_a_run_that_is_cancelled_is_evaluated_once_it_has_closed(running: Night) -> None:
    CancelRun(store=running.sql, clock=running.clock, close_run=close_of(running)).cancel(SYSTEM, SCHEDULED)
    assert len(evaluations(running)) == 1


def test_a_run_that_does_not_balance_stays_open_and_is_not_evaluated(running: Night) -> None:
    with running.sql.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE run SET expected = 7")
    with pytest.raises(UnbalancedRun):
        close_of(running).summarise(SCHEDULED)
    assert evaluations(running) == []


def test_a_run_that_somebody_started_is_judged_with_the_next_night(night: Night) -> None:
    with night.sql.begin() as tx:
        tx.runs.add(new_run("manual-20260102-010000-00000000", RunKind.MANUAL, NIGHT), [])
    close_of(night).summarise("manual-20260102-010000-00000000")
    assert evaluations(night) == []

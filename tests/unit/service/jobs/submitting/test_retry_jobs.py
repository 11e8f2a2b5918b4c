from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.job_answers import RetryVerdict
from sunwi.domain.job_list import FailedJobs, JobFilter
from sunwi.domain.job_signs import Heard
from sunwi.domain.work import Works
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.ports.jobs import MOST_AT_ONCE
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT
from tests.job_desk import ADMIN, AGENCY, ECHO, OTHER_AGENCY, SINGLE, JobDesk
from tests.statement_counts import counting


def by_id(*ids: str, actor: Actor = ADMIN) -> FailedJobs:
    return FailedJobs(wanted=JobFilter(), actor=actor, job_ids=ids)


def by(*, actor: Actor = ADMIN, **wanted: object) -> FailedJobs:
    return FailedJobs(wanted=JobFilter(**wanted), actor=actor)  # type: ignore[arg-type]


def codes(verdicts: Sequence[RetryVerdict]) -> list[str | None]:
    return [verdict.error.code if verdict.error else None for verdict in verdicts]


def failed(desk: JobDesk, work: str = "echo", *, actor: Actor = ADMIN) -> Job:
    return desk.end(desk.submit(work, actor=actor).id)


def test_a_failed_job_waits_again_behind_the_others_with_everything_fresh(desk: JobDesk) -> None:
    job = desk.submit(actor=AGENCY)
    key = desk.run(job.id)
    with desk.store.begin() as tx:
        assert tx.job_attempts.save_checkpoint(key, {"at": 3}) == Heard(is_mine=True)
    desk.tender.nudges.clear()
    old = _fail(desk, job.id)
    desk.clock.advance(hours=2)
    assert codes(desk.retry_jobs.retry(AGENCY, by_id(job.id))) == [None]
    now, new = desk.clock.now(), desk.get(job.id)
    assert (new.state, new.attempts, new.ran_seconds, new.progress, new.failure) == (JobState.PENDING, 0, 0, 0, None)
    assert (new.ready_since, new.not_before, new.expires_at) == (now, now, now + timedelta(days=7))
    assert (new.generation, new.version, new.checkpoint) == (old.generation, old.version + 1, {"at": 3})
    assert (new.finished_at, new.started_at, new.admitted_at) == (None, None, None)
    assert desk.tender.nudges == [True]


def _fail(desk: JobDesk, job_id: str) -> Job:
    end = JobEnd(
        outcome=AttemptOutcome.FAILED, state=JobState.FAILED, at=desk.clock.now(), failure=JobFailure("x"), seconds=9
    )
    with desk.store.begin() as tx:
        assert tx.jobs.end(JobKey(job_id, 1), end, expected=JobState.RUNNING)
    return desk.get(job_id)


def test_it_begins_anew_when_it_is_asked_to(desk: JobDesk) -> None:
    job = desk.submit()
    key = desk.run(job.id)
    with desk.store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, {"at": 3})
    _fail(desk, job.id)
    desk.retry_jobs.retry(ADMIN, by_id(job.id), fresh=True)
    assert desk.get(job.id).checkpoint is None


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.EXPIRED])
def test_both_ways_to_fail_are_retried(desk: JobDesk, state: JobState) -> None:
    job = desk.end(desk.submit().id, state)
    assert codes(desk.retry_jobs.retry(ADMIN, by_id(job.id))) == [None]


def test_whatever_has_not_failed_is_refused_by_its_state(desk: JobDesk) -> None:
    pending, running = desk.submit().id, desk.submit().id
    desk.run(running)
    succeeded = desk.end(desk.submit().id, JobState.SUCCEEDED, result={}).id
    cancelled = desk.submit().id
    desk.cancel_job.cancel(ADMIN, cancelled)
    verdicts = desk.retry_jobs.retry(ADMIN, by_id(pending, running, succeeded, cancelled))
    assert codes(verdicts) == ["job_not_failed"] * 4
    assert {type(verdict.error) for verdict in verdicts} == {Conflict}
    assert [error_words(verdict.error) for verdict in verdicts if verdict.error][1] == (
        f"작업 {running}은(는) 진행 중 상태입니다: 실패했거나 기한을 넘긴 작업만 다시 시도할 수 있습니다"
    )


def test_twice_is_once(desk: JobDesk) -> None:
    job = failed(desk)
    assert codes(desk.retry_jobs.retry(ADMIN, by_id(job.id, job.id))) == [None]
    assert codes(desk.retry_jobs.retry(ADMIN, by_id(job.id))) == ["job_not_failed"]
    assert desk.get(job.id).version == job.version + 1


def test_somebody_elses_job_is_not_told_from_none(desk: JobDesk) -> None:
    job = failed(desk, actor=AGENCY)
    verdicts = desk.retry_jobs.retry(OTHER_AGENCY, by_id(job.id, "nothing"))
    assert codes(verdicts) == ["job_missing", "job_missing"]
    assert desk.get(job.id).state is JobState.FAILED


def test_a_filter_takes_what_its_asker_may_see_whoever_it_names(desk: JobDesk) -> None:
    mine, other = failed(desk, actor=AGENCY), failed(desk, actor=OTHER_AGENCY)
    verdicts = desk.retry_jobs.retry(AGENCY, by(actor=ADMIN))
    assert [verdict.job_id for verdict in verdicts] == [mine.id]
    assert desk.get(other.id).state is JobState.FAILED


def test_a_cause_takes_the_jobs_that_failed_by_it(desk: JobDesk) -> None:
    crashed, expired = failed(desk), desk.end(desk.submit().id, JobState.EXPIRED)
    verdicts = desk.retry_jobs.retry(ADMIN, by(code="crash"))
    assert [verdict.job_id for verdict in verdicts] == [crashed.id]
    assert desk.get(expired.id).state is JobState.EXPIRED


def test_no_more_than_may_wait_are_retried_each_for_its_own_submitter(desk: JobDesk) -> None:
    jobs = [failed(desk, actor=AGENCY) for _ in range(3)]
    other, of_system = failed(desk, actor=OTHER_AGENCY), failed(desk, actor=SYSTEM)
    desk.most_waiting = 2
    verdicts = desk.retry_jobs.retry(ADMIN, by_id(*(job.id for job in jobs), other.id, of_system.id))
    assert codes(verdicts) == [None, None, "jobs_waiting_full", None, None]


def test_one_of_each_owner_holds_for_retries(desk: JobDesk) -> None:
    first, second = failed(desk, "single", actor=AGENCY), failed(desk, "single", actor=AGENCY)
    verdicts = desk.retry_jobs.retry(AGENCY, by_id(first.id, second.id))
    assert codes(verdicts) == [None, "job_active"]
    assert verdicts[1].error is not None
    assert verdicts[1].error.fields["job_id"] == first.id


def test_a_kind_or_params_that_are_no_longer_known_are_refused(desk: JobDesk) -> None:
    unknown, old = failed(desk, "single"), failed(desk)

    def refuse(_params: object) -> dict[str, object]:
        raise InvalidInput("the param text is gone", code="param_unknown", param="text", known="words")

    desk.works = Works((replace(ECHO, parse=refuse),))
    assert SINGLE.name not in [kind.name for kind in desk.works.kinds]
    verdicts = desk.retry_jobs.retry(ADMIN, by_id(unknown.id, old.id))
    assert codes(verdicts) == ["work_unknown", "param_unknown"]


def test_a_thousand_retries_of_many_owners_cost_no_more_statements_than_one(
    desk: JobDesk, sqlite_engine: Engine
) -> None:
    costs = []
    for number in (1, 1000):
        jobs = [
            _row(f"{number}-{index:04}", owner=f"account-{index}", work="single" if index % 2 else "echo")
            for index in range(number)
        ]
        with desk.store.begin() as tx:
            tx.jobs.add(jobs)
        with counting(sqlite_engine) as counts:
            verdicts = desk.retry_jobs.retry(ADMIN, by_id(*(job.id for job in jobs)))
        assert codes(verdicts) == [None] * number
        costs.append(counts.statements.total())
    assert costs == [4, 5], "lock, count what waits, look for active ones of which each has one, write, audit"


def _row(job_id: str, **more: Any) -> Job:
    return Job(
        **{
            "id": job_id,
            "work": "echo",
            "params": {"text": "a"},
            "agency_id": None,
            "state": JobState.FAILED,
            "not_before": NIGHT,
            "ready_since": NIGHT,
            "expires_at": NIGHT,
            "created_at": NIGHT,
            "finished_at": NIGHT,
            "limit_seconds": 60,
            **more,
        }
    )


def test_more_ids_than_a_transaction_takes_are_retried_one_part_after_the_other(desk: JobDesk) -> None:
    jobs = [_row(f"{number:05}", owner="account-1") for number in range(MOST_AT_ONCE + 2)]
    with desk.store.begin() as tx:
        tx.jobs.add(jobs)
    desk.most_waiting = MOST_AT_ONCE + 1
    verdicts = desk.retry_jobs.retry(ADMIN, by())
    assert [verdict.job_id for verdict in verdicts] == [job.id for job in jobs]
    assert codes(verdicts) == [None] * (MOST_AT_ONCE + 1) + ["jobs_waiting_full"]


def test_more_ids_than_one_call_takes_are_refused(desk: JobDesk) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.retry_jobs.retry(ADMIN, by_id(*map(str, range(10_001))))
    assert caught.value.code == "retries_too_many"


def test_the_tender_hears_of_nothing_when_nothing_waits_again(desk: JobDesk) -> None:
    job = desk.submit(not_before=NIGHT + timedelta(hours=1))
    desk.tender.nudges.clear()
    desk.retry_jobs.retry(ADMIN, by_id(job.id))
    assert desk.tender.nudges == []

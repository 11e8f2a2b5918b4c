from datetime import timedelta

import pytest

from sunwi.domain.job import JobState
from sunwi.domain.job_answers import CleanedUp
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.service.jobs import clean_up
from sunwi.service.jobs.clean_up import CleanUp
from tests.examples import NIGHT
from tests.job_desk import ADMIN, JobDesk


def test_what_is_old_goes_and_what_waits_or_is_young_stays(desk: JobDesk) -> None:
    use_case = CleanUp(store=desk.store, history_days=90, result_days=30)
    waits = desk.submit().id
    old = [desk.end(desk.submit().id, JobState.SUCCEEDED, result={"n": 1}).id for _ in range(3)]
    desk.clock.advance(days=55)
    no_result = desk.end(desk.submit().id, JobState.SUCCEEDED, result={"n": 2}).id
    desk.clock.advance(days=34)
    young = desk.end(desk.submit().id, JobState.SUCCEEDED, result={"n": 3}).id
    now = NIGHT + timedelta(days=90, seconds=1)
    cleaned = use_case.clean_up(now)
    assert (cleaned.jobs, cleaned.results) == (3, 1)
    assert cleaned.hours >= 1
    page = desk.list_jobs.page(JobQuery(wanted=JobFilter(), actor=ADMIN, limit=10))
    assert [(job.id, job.result) for job in page.jobs] == [(young, {"n": 3}), (no_result, None), (waits, None)]
    assert old[0] not in [job.id for job in page.jobs]
    assert use_case.clean_up(now) == CleanedUp(jobs=0, results=0, hours=0)


def test_it_goes_on_batch_by_batch_until_nothing_is_left(desk: JobDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_up, "_BATCH", 2)
    for _ in range(5):
        desk.end(desk.submit().id, JobState.SUCCEEDED, result={"n": 1})
    cleaned = CleanUp(store=desk.store, history_days=1, result_days=1).clean_up(NIGHT + timedelta(days=2))
    assert cleaned.jobs == 5

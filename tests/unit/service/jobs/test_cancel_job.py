import pytest

from sunwi.adapters.sql.jobs.jobs import SqlJobs
from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.job_answers import CancelAnswer
from sunwi.errors import Conflict, InvalidInput
from sunwi.wording.error_words import error_words
from tests.job_desk import ADMIN, AGENCY, COLLEAGUE, OTHER_AGENCY, JobDesk


def test_a_job_that_waits_ends_at_once(desk: JobDesk) -> None:
    job = desk.submit(actor=AGENCY)
    desk.tender.nudges.clear()
    assert desk.cancel_job.cancel(COLLEAGUE, job.id) is CancelAnswer.ENDED
    ended = desk.get(job.id)
    assert (ended.state, ended.attempts, ended.finished_at) == (JobState.CANCELLED, 0, desk.clock.now())
    assert desk.tender.nudges == []


def test_a_job_that_is_admitted_ends_at_once_and_leaves_its_worker_to_the_next(desk: JobDesk) -> None:
    job = desk.submit()
    desk.admit(job.id)
    desk.tender.nudges.clear()
    assert desk.cancel_job.cancel(ADMIN, job.id) is CancelAnswer.ENDED
    shown = desk.show_job.show(ADMIN, job.id)
    assert [attempt.outcome for attempt in shown.attempts] == [AttemptOutcome.CANCELLED]
    assert desk.tender.nudges == [False]


def test_a_job_that_runs_is_asked_to_stop_any_number_of_times(desk: JobDesk) -> None:
    job = desk.submit()
    desk.run(job.id)
    assert desk.cancel_job.cancel(ADMIN, job.id) is CancelAnswer.REQUESTED
    asked = desk.get(job.id)
    desk.clock.advance(seconds=5)
    assert desk.cancel_job.cancel(ADMIN, job.id) is CancelAnswer.REQUESTED
    assert desk.get(job.id) == asked
    assert (asked.state, asked.cancel_requested_at is not None) == (JobState.RUNNING, True)


def test_a_cancelled_job_may_be_cancelled_again(desk: JobDesk) -> None:
    job = desk.submit()
    desk.cancel_job.cancel(ADMIN, job.id)
    before = desk.get(job.id)
    assert desk.cancel_job.cancel(ADMIN, job.id) is CancelAnswer.ENDED
    assert desk.get(job.id) == before


@pytest.mark.parametrize(
    ("state", "korean"), [(JobState.SUCCEEDED, "성공"), (JobState.FAILED, "실패"), (JobState.EXPIRED, "기한 초과")]
)
def test_after_any_other_end_it_is_too_late(desk: JobDesk, state: JobState, korean: str) -> None:
    job = desk.end(desk.submit().id, state, result={} if state is JobState.SUCCEEDED else None)
    with pytest.raises(Conflict) as caught:
        desk.cancel_job.cancel(ADMIN, job.id)
    assert caught.value.code == "job_ended"
    assert error_words(caught.value) == f"작업 {job.id}은(는) 이미 끝났습니다 ({korean})"


def test_somebody_elses_job_is_not_told_from_none(desk: JobDesk) -> None:
    job = desk.submit(actor=AGENCY)
    said = set()
    for job_id in (job.id, "nothing"):
        with pytest.raises(InvalidInput) as caught:
            desk.cancel_job.cancel(OTHER_AGENCY, job_id)
        assert caught.value.code == "job_missing"
        said.add(str(caught.value).replace(job_id, "…"))
    assert len(said) == 1
    assert desk.get(job.id).state is JobState.PENDING


def test_a_job_that_moves_on_meanwhile_is_looked_at_anew(desk: JobDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.submit()
    stale, real = desk.get(job.id), SqlJobs.get
    desk.run(job.id)
    answers = iter([stale])
    monkeypatch.setattr(SqlJobs, "get", lambda self, job_id: next(answers, None) or real(self, job_id))
    assert desk.cancel_job.cancel(ADMIN, job.id) is CancelAnswer.REQUESTED

import pytest

from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.job import JobState
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.domain.work import Works
from sunwi.errors import Conflict, InvalidInput
from sunwi.wording.error_words import error_words
from tests.job_desk import ADMIN, ADVERTISER, AGENCY, COLLEAGUE, ECHO, OTHER_AGENCY, JobDesk


def listed(desk: JobDesk, actor: Actor) -> list[str]:
    return [job.id for job in desk.list_jobs.page(JobQuery(wanted=JobFilter(), actor=actor, limit=10)).jobs]


def test_everybody_lists_what_they_may_see_newest_first(desk: JobDesk) -> None:
    mine, theirs, other, of_system = (
        desk.submit(actor=actor).id for actor in (AGENCY, COLLEAGUE, OTHER_AGENCY, SYSTEM)
    )
    assert listed(desk, AGENCY) == [theirs, mine]
    assert listed(desk, OTHER_AGENCY) == [other]
    assert listed(desk, ADVERTISER) == []
    assert listed(desk, ADMIN) == [of_system, other, theirs, mine]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_length_that_it_can_have(desk: JobDesk, limit: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.list_jobs.page(JobQuery(wanted=JobFilter(), actor=ADMIN, limit=limit))
    assert caught.value.code == "page_length_unusable"
    assert "1~1000" in error_words(caught.value)


def test_a_job_is_shown_with_its_attempts_and_its_kind(desk: JobDesk) -> None:
    job = desk.end(desk.submit(actor=AGENCY).id)
    shown = desk.show_job.show(COLLEAGUE, job.id)
    assert (shown.job, shown.work) == (job, ECHO)
    assert [(attempt.generation, attempt.code) for attempt in shown.attempts] == [(1, "crash")]
    desk.works = Works(())
    assert desk.show_job.show(AGENCY, job.id).work is None


def test_somebody_elses_job_is_not_shown(desk: JobDesk) -> None:
    job = desk.submit(actor=AGENCY)
    for actor, job_id in ((OTHER_AGENCY, job.id), (ADVERTISER, job.id), (ADMIN, "nothing")):
        with pytest.raises(InvalidInput) as caught:
            desk.show_job.show(actor, job_id)
        assert caught.value.code == "job_missing"


def test_a_result_is_returned_apart_from_the_names_of_its_files(desk: JobDesk) -> None:
    job_id = desk.submit(actor=AGENCY).id
    keys = [f"results/{job_id}/1/rows.json", f"results/{job_id}/1/more/a.csv"]
    desk.files.files = {key: key.encode() for key in keys}
    desk.end(job_id, JobState.SUCCEEDED, result={"count": 3, "file": keys[0], "files": [keys[1]]})
    found = desk.read_result.read(COLLEAGUE, job_id)
    assert (found.result, found.files) == ({"count": 3}, ("more/a.csv", "rows.json"))
    assert desk.read_result.file(COLLEAGUE, job_id, "rows.json") == keys[0].encode()
    with pytest.raises(InvalidInput) as caught:
        desk.read_result.file(COLLEAGUE, job_id, "a.csv")
    assert caught.value.code == "job_file_unknown"
    assert "more/a.csv, rows.json" in error_words(caught.value)


def test_a_result_names_no_file_of_another_job(desk: JobDesk) -> None:
    job_id = desk.submit().id
    desk.files.files = {"results/other/1/rows.json": b"secret"}
    desk.end(job_id, JobState.SUCCEEDED, result={"file": "results/other/1/rows.json", "files": ["/etc", 3]})
    assert desk.read_result.read(ADMIN, job_id).files == ()


def test_a_result_that_is_not_there_says_why(desk: JobDesk) -> None:
    waits, failed = desk.submit().id, desk.end(desk.submit().id).id
    dropped = desk.end(desk.submit().id, JobState.SUCCEEDED, result=None).id
    said = {}
    for job_id in (waits, failed, dropped, "nothing"):
        with pytest.raises(InvalidInput) as caught:
            desk.read_result.read(ADMIN, job_id)
        said[job_id] = (type(caught.value), caught.value.code, error_words(caught.value))
    assert said == {
        waits: (Conflict, "job_not_ended", f"작업 {waits}은(는) 아직 끝나지 않았습니다"),
        failed: (Conflict, "job_without_result", f"작업 {failed}은(는) 결과가 없습니다 (실패)"),
        dropped: (InvalidInput, "job_result_dropped", f"작업 {dropped}의 결과는 보관 기간이 지났습니다"),
        "nothing": (InvalidInput, "job_missing", "작업 'nothing'이(가) 없습니다"),
    }


def test_the_files_are_opened_for_a_file_alone(desk: JobDesk) -> None:
    job_id = desk.submit().id
    desk.end(job_id, JobState.SUCCEEDED, result={"count": 3})
    desk.files.is_away = True
    assert desk.read_result.read(ADMIN, job_id).result == {"count": 3}

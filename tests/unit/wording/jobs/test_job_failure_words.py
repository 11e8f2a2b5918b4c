import pytest

from sunwi.domain.job import JobFailure
from sunwi.wording.jobs.job_failure_words import job_cause_words, job_failure_words

#: Codes that the engine writes, as `JobFailure` names them.
OF_ENGINE = [
    "crash",
    "timed_out",
    "cannot_start",
    "no_progress",
    "unknown_work",
    "old_params",
    "expired",
    "result_too_large",
    "restored",
]


@pytest.mark.parametrize("code", OF_ENGINE)
def test_what_the_engine_writes_has_a_name_and_a_sentence(code: str) -> None:
    assert job_cause_words(code) != code
    assert job_failure_words(JobFailure(code)) != job_failure_words(JobFailure("something else"))
    assert all(code in (JobFailure.__doc__ or "") for code in OF_ENGINE)


def test_an_error_of_a_page_says_its_sort_and_its_status() -> None:
    assert job_failure_words(JobFailure("blocked", {}, "blocked (HTTP status 403)")) == (
        "네이버가 조회를 막았습니다 (HTTP 403)"
    )
    assert job_cause_words("page_timed_out") == "시간 초과"


def test_an_error_with_a_sentence_is_told_by_it() -> None:
    assert job_failure_words(JobFailure("run_unknown", {"run_id": "scheduled-20260102"})) == (
        "배치 'scheduled-20260102'이(가) 없습니다"
    )


def test_fields_that_have_become_text_or_are_gone_do_not_break_the_screen() -> None:
    assert job_failure_words(JobFailure("run_unknown", {})) == "오류가 나서 끝나지 못했습니다 (run_unknown)"
    assert job_failure_words(JobFailure("invented", {"x": 1})) == "오류가 나서 끝나지 못했습니다 (invented)"


def test_a_code_that_has_no_name_is_shown_as_it_is() -> None:
    assert job_cause_words("invented") == "invented"

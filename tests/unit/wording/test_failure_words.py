import re

import pytest

from sunwi.domain.failure import FailureCause
from sunwi.domain.outcome import NotMeasured
from sunwi.domain.reading import PageVerdict
from sunwi.wording.failure_words import failure_words, outcome_words


@pytest.mark.parametrize("cause", FailureCause)
def test_every_cause_has_korean_words(cause: FailureCause) -> None:
    assert re.fullmatch(r"[가-힣 ]+니다", failure_words(cause, ""))


@pytest.mark.parametrize(
    ("cause", "reason", "wanted"),
    [
        (FailureCause.BLOCKED, "Blocked: blocked (HTTP status 403)", "네이버가 조회를 막았습니다 (HTTP 403)"),
        (FailureCause.BLOCKED, "Blocked: login_wall (a sign-in form)", "네이버가 조회를 막았습니다 (로그인 요구)"),
        (
            FailureCause.LAYOUT,
            "LayoutUnknown: layout_unknown (the title is the keyword; no section list)",
            "화면의 구조를 알아보지 못했습니다 (영역 목록 없음)",
        ),
        (
            FailureCause.UNREACHABLE,
            "PageUnreachable: https://x could not be opened: net::ERR_CONNECTION_RESET at x",
            "페이지에 접속하지 못했습니다 (ERR_CONNECTION_RESET)",
        ),
        (FailureCause.CANCELLED, "the tracking was paused", "취소되었습니다 (추적 중지)"),
    ],
)
def test_what_the_reason_adds_is_told_in_korean(cause: FailureCause, reason: str, wanted: str) -> None:
    assert failure_words(cause, reason) == wanted


def test_an_unforeseen_problem_keeps_its_own_words_without_the_name_of_a_class() -> None:
    told = failure_words(FailureCause.OTHER, "Retryable: the pages could \x1b[31mnot be kept")
    assert told == "그 밖의 문제가 생겼습니다 (the pages could [31mnot be kept)"


def test_a_look_that_gave_nothing_is_told_by_its_verdict() -> None:
    failed = NotMeasured(reason="blocked (HTTP status 429)", verdict=PageVerdict.BLOCKED)
    assert outcome_words(failed) == "네이버가 조회를 막았습니다 (HTTP 429)"

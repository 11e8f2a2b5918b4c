"""Why something was not measured, in Korean; the English detail stays in JSON and logs."""

import re

from sunwi.domain.failure import FailureCause, cause_of
from sunwi.domain.outcome import NotMeasured
from sunwi.wording.plain_text import plain
from sunwi.wording.reason_words import reason_words

_TOLD = {
    FailureCause.BLOCKED: "네이버가 조회를 막았습니다",
    FailureCause.LAYOUT: "화면의 구조를 알아보지 못했습니다",
    FailureCause.TRUNCATED: "페이지가 중간에 잘렸습니다",
    FailureCause.UNRENDERED: "목록이 화면에 그려지지 않았습니다",
    FailureCause.TIMEOUT: "제한 시간 안에 페이지가 열리지 않았습니다",
    FailureCause.UNREACHABLE: "페이지에 접속하지 못했습니다",
    FailureCause.CRASH: "조회를 시작했지만 끝내지 못했습니다",
    FailureCause.UNUSABLE: "이 추적은 측정할 수 없습니다",
    FailureCause.BAD_MESSAGE: "대기열 메시지를 처리할 수 없습니다",
    FailureCause.STARVED: "측정할 차례가 오지 않았습니다",
    FailureCause.DEADLINE: "배치 기한까지 측정하지 못했습니다",
    FailureCause.HELD: "카나리아 보류가 기한까지 풀리지 않았습니다",
    FailureCause.RUN_FAILED: "배치가 실패했습니다",
    FailureCause.CANCELLED: "취소되었습니다",
    FailureCause.OTHER: "그 밖의 문제가 생겼습니다",
}

#: What the English reason may say, and what is said of it; the first match of each is told.
_DETAILS = (
    (r"HTTP status (\d{3})", r"HTTP {}"),
    (r"sign-in", "로그인 요구"),
    (r"captcha|challenge", "캡차"),
    (r"what lies behind could not be", "읽은 순위 안에 없고 그 뒤는 볼 수 없음"),
    (r"no row\b", "행 없음"),
    (r"contradicts itself", "상태와 화면이 다름"),
    (r"is listed, but no card", "목록에 있는 영역을 읽지 못함"),
    (r"not an answer to", "다른 검색어의 응답"),
    (r"another (?:surface|page)|names the tab", "다른 화면의 응답"),
    (r"no section list|no list of areas", "영역 목록 없음"),
    (r"no organic rows", "순위를 매길 결과가 없음"),
    (r"nested deeper", "지나치게 깊은 문서"),
    (r"net::(ERR_[A-Z_]+)", r"{}"),
    (r"a reader failed: (\w+)", "판독 오류 {}"),
    (
        r"page (\d+) of the list could not be opened; (\d+) pages? with (\d+) rows read",
        "목록 {}쪽 실패, 앞 {}쪽 {}건 판독",
    ),
    (r"s are left", "남은 시간 부족"),
    (r"went on to another page", "판독 중 다른 주소로 이동"),
    (r"tracking was paused", "추적 중지"),
    (r"tracking was ended", "추적 종료"),
    (r"run was cancelled", "배치 취소"),
)

#: Of these, only the words of the day say what happened.
_UNSORTED = frozenset({FailureCause.OTHER, FailureCause.UNUSABLE, FailureCause.BAD_MESSAGE, FailureCause.RUN_FAILED})
_CLASS_NAME = re.compile(r"^[A-Z][A-Za-z]+: ")


def failure_words(cause: FailureCause, reason: str) -> str:
    """Describe why something was not measured: what its cause means, and what the English reason adds.

    Args:
        cause: Its code.
        reason: In English, as stored; class names of ours are left out.
    """
    details = [told.format(*found.groups()) for sign, told in _DETAILS if (found := re.search(sign, reason))]
    if not details and cause in _UNSORTED and reason:
        details = [reason_words(_CLASS_NAME.sub("", reason))]
    return plain(f"{_TOLD[cause]} ({', '.join(details)})" if details else _TOLD[cause])


def outcome_words(failed: NotMeasured) -> str:
    """Describe why an attempt led to no observation."""
    return failure_words(cause_of(failed.as_error()), failed.reason)

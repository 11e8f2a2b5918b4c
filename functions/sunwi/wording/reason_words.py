"""Reasons that are stored in English, said in Korean."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from sunwi.domain.watch import Problem, ProblemKind
from sunwi.service.watchdog.gather_facts import NO_ANSWER
from sunwi.wording.vendor_words import aws_words, database_words

#: What a stored reason says, and what it means; the groups of the first match fill the fields.
_REASONS = (
    (r"does not balance|UnbalancedRun", "합계가 맞지 않습니다"),
    (r"closed it after its deadline", "기한이 지나 감시가 마감했습니다"),
    (r"States\.Timeout", "상태 머신의 한 단계가 제한 시간 안에 끝나지 않았습니다 (States.Timeout)"),
    (r"(Lambda\.\w+|Sandbox\.Timedout|Runtime\.\w+)", "함수를 실행하지 못했습니다 ({})"),
    (r"StoreConflict", "다른 작업과 겹쳐 되돌렸습니다"),
    (r"StoreUnavailable|the database cannot be (?:used|reached)", "데이터베이스를 쓸 수 없었습니다"),
    (r"An error occurred \(([\w.]+)\)", "AWS가 거절했습니다 ({})"),
    (r"could not be kept in bucket", "페이지를 보관하지 못했습니다"),
    (r"message body .* is not JSON", "메시지가 JSON이 아닙니다"),
    (r"message body .* is not an object", "메시지가 JSON 객체가 아닙니다"),
    (r"message body .* has no usable (\w+)", "메시지에 쓸 수 있는 {}이(가) 없습니다"),
    (r"has no task for tracking (\d+)", "배치에 추적 {}번의 측정 건이 없습니다"),
    (r"the task of tracking (\d+) .*is gone", "추적 {}번의 측정 건이 지워졌습니다"),
    (r"tracking (\d+) .* has failed for good", "추적 {}번은 세 번 모두 측정하지 못했습니다"),
    (r"the database cannot hold a value", "데이터베이스가 담을 수 없는 값입니다"),
    (r"is no character", "글자가 아닌 것이 있습니다"),
    (r"its pages were not kept", "페이지를 보관하지 않았습니다"),
    (r"nothing is kept under", "보관한 페이지가 없습니다 (보관 기간이 지났을 수 있습니다)"),
    (r"no cause given", "원인을 알 수 없습니다"),
)

_EQUATION = {
    "no summary": "요약이 없습니다",
    "expected": "전체",
    "succeeded": "성공",
    "failed": "실패",
    "cancelled": "취소",
    "expired": "기한 초과",
    "tasks": "건",
    "None": "없음",
}

_SCHEMA = {"current": "현재", "needed": "필요", "none": "없음"}

_HANGUL = re.compile(r"[가-힣]")


def reason_words(reason: str) -> str:
    """Describe why in Korean; an unforeseen reason keeps its own words, since nothing else says what happened."""
    for sign, meaning in _REASONS:
        if found := re.search(sign, reason, re.DOTALL):
            return meaning.format(*found.groups())
    return reason


def detail_words(problem: Problem) -> str:
    """Describe what is known of a problem in Korean; numbers and codes stay."""
    detail = problem.detail
    if not detail or _HANGUL.search(detail):
        return detail or "-"
    return _WORDS_OF_DETAILS.get(problem.kind, str)(detail)


def _answer_words(detail: str) -> str:
    return "대기열이 응답하지 않습니다" if detail == NO_ANSWER else aws_words(detail)


def _replaced(words: Mapping[str, str], text: str) -> str:
    return re.sub("|".join(words), lambda found: words[found.group()], text)


#: Of the kinds whose details are English; the rest have numbers or names.
_WORDS_OF_DETAILS: Mapping[ProblemKind, Callable[[str], str]] = {
    ProblemKind.RUN_FAILED: reason_words,
    ProblemKind.RUN_UNBALANCED: partial(_replaced, _EQUATION),
    ProblemKind.DATABASE_AWAY: database_words,
    ProblemKind.NOT_ASKED: _answer_words,
    ProblemKind.BACKUP_OLD: partial(_replaced, {"none": "없음"}),
    ProblemKind.SCHEMA_BEHIND: partial(_replaced, _SCHEMA),
}

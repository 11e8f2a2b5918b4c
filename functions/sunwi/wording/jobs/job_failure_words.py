"""Why a job failed, in Korean; the English reason stays in JSON and logs."""

from collections.abc import Mapping

from sunwi.domain.failure import cause_of
from sunwi.domain.job import JobFailure
from sunwi.errors import (
    Blocked,
    BrowserLost,
    LayoutUnknown,
    PageTimedOut,
    PageTruncated,
    PageUnreachable,
    PageUnrendered,
    SurfaceHeld,
)
from sunwi.wording.error_sentences import SENTENCES
from sunwi.wording.error_words import fill_sentence
from sunwi.wording.failure_words import failure_words
from sunwi.wording.labels import FAILURE_CAUSES
from sunwi.wording.plain_text import plain

#: What the engine itself writes: a short name, and a sentence.
_OF_ENGINE: Mapping[str, tuple[str, str]] = {
    "crash": ("비정상 종료", "작업을 실행하던 함수가 비정상 종료했습니다"),
    "timed_out": ("시간 초과", "제한 시간 안에 끝나지 않았습니다"),
    "cannot_start": ("시작 실패", "작업을 실행할 함수를 시작하지 못했습니다"),
    "no_progress": ("진척 없음", "이어서 실행했지만 더 나아가지 못했습니다"),
    "unknown_work": ("모르는 종류", "이 버전에 없는 종류의 작업입니다"),
    "old_params": ("지난 입력", "저장된 입력을 이 버전이 받지 않습니다: 새로 제출하세요"),
    "expired": ("기한 초과", "기한까지 끝나지 않았습니다"),
    "restored": ("복원", "백업할 때 진행 중이어서, 복원한 뒤 다시 기다립니다"),
    "backup_cancelled": ("취소", "끝나기 전에 취소되었습니다"),
    "result_too_large": ("결과 초과", "결과가 너무 커서 저장하지 못했습니다"),
}

#: Errors of a page have their class's name for a code, and no sentence.
_OF_A_PAGE = {
    error.code: cause_of(error)
    for error in (
        Blocked(""),
        SurfaceHeld(""),
        LayoutUnknown(),
        PageTruncated(),
        PageUnrendered(),
        PageTimedOut(),
        PageUnreachable(),
        BrowserLost(),
    )
}


def job_cause_words(code: str) -> str:
    """Name the cause of a failure in a few words; one that has no name is shown by its code."""
    if code in _OF_ENGINE:
        return _OF_ENGINE[code][0]
    if code in _OF_A_PAGE:
        return FAILURE_CAUSES[_OF_A_PAGE[code]]
    return code


def job_failure_words(failure: JobFailure) -> str:
    """Describe why a job failed.

    Args:
        failure: As stored; its fields have been through JSON, and may lack what a later version's sentence needs.
    """
    if failure.code in _OF_ENGINE:
        return _OF_ENGINE[failure.code][1]
    if failure.code in _OF_A_PAGE:
        return failure_words(_OF_A_PAGE[failure.code], failure.reason)
    sentence = SENTENCES.get(failure.code)
    if sentence is not None:
        try:
            return plain(fill_sentence(sentence, failure.fields))
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
    return plain(f"오류가 나서 끝나지 못했습니다 ({failure.code})")

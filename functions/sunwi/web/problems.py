"""What went wrong, as problem+json: a code for programs, a Korean sentence for people.

Source: RFC 9457.
"""

from collections.abc import Mapping
from typing import Any

from sunwi.errors import Conflict, Forbidden, InvalidInput, Retryable, SunwiError
from sunwi.web.answer import Answer
from sunwi.wording.error_words import error_words

#: How long to wait before asking again when the database or a service was away.
RETRY_AFTER_SECONDS = 5

_UNAVAILABLE = 503

#: Codes of what is not there, or is somebody else's.
NOT_FOUND = frozenset({"not_found"})

#: Statuses of codes that their class does not tell.
_STATUS_OF: Mapping[str, int] = {
    "signed_out": 401,
    "count_moved": 412,
    "body_too_large": 413,
    "body_type_unknown": 415,
    "too_many_requests": 429,
    "method_unknown": 405,
}


def status_of(error: SunwiError) -> int:
    """Return HTTP's status of an error."""
    if error.code in NOT_FOUND:
        return 404
    if (status := _STATUS_OF.get(error.code)) is not None:
        return status
    if isinstance(error, Forbidden):
        return 403
    if isinstance(error, Conflict):
        return 409
    if isinstance(error, InvalidInput):
        return 422
    return _UNAVAILABLE if isinstance(error, Retryable) else 500


def problem_answer(error: SunwiError, *, request_id: str) -> Answer:
    """Word an error that somebody's request led to."""
    status = status_of(error)
    document: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": error.code,
        "title": error_words(error),
        "request_id": request_id,
    }
    if isinstance(error, InvalidInput):
        document["fields"] = {name: _plain(value) for name, value in error.fields.items()}
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == _UNAVAILABLE else {}
    return Answer(status=status, document=document, content_type="application/problem+json", headers=headers)


def unexpected_answer(*, request_id: str) -> Answer:
    """Word a fault of our own: nothing of it leaves the house but the id of its log line."""
    document = {
        "type": "about:blank",
        "status": 500,
        "code": "unexpected",
        "title": f"예상하지 못한 오류가 났습니다: 오류 번호 {request_id}을(를) 알려 주세요",
        "request_id": request_id,
    }
    return Answer(status=500, document=document, content_type="application/problem+json")


def _plain(value: object) -> object:
    """Return what JSON holds of a field."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return str(value)

"""What went wrong, as problem+json: a code for programs, a Korean sentence for people.

Source: RFC 9457.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from sunwi.errors import Conflict, Forbidden, InvalidInput, Postponed, Retryable, SunwiError
from sunwi.web.answer import Answer
from sunwi.wording.error_words import error_words

#: How long to wait before asking again when the database or a service was away.
RETRY_AFTER_SECONDS = 5

_SIGNED_OUT, _UNEXPECTED, _UNAVAILABLE = 401, 500, 503

#: Codes of rows and files that are not there, or are somebody else's: nobody can tell which.
NOT_FOUND = frozenset(
    {
        "account_unknown",
        "archive_month_empty",
        "backup_missing",
        "backup_unknown",
        "channel_unknown",
        "day_not_measured",
        "evidence_missing",
        "file_link_unknown",
        "job_file_missing",
        "job_file_unknown",
        "job_missing",
        "job_result_dropped",
        "key_unknown",
        "live_needs_session",
        "not_found",
        "notice_unknown",
        "owner_unknown",
        "pages_of_day_not_kept",
        "path_unknown",
        "reading_unknown",
        "run_unknown",
        "schedule_unknown",
        "session_unknown",
        "tracking_never_measured",
        "tracking_unknown",
    }
)

#: Codes of words, columns and names that a request may not have: 422, though they sound like something that is missing.
OF_WHAT_WAS_SAID = frozenset(
    {
        "archive_table_unknown",
        "area_unknown",
        "audience_unknown",
        "bundled_unknown",
        "column_missing",
        "job_column_missing",
        "job_column_unknown",
        "notify_audience_unknown",
        "notify_unknown",
        "owner_name_missing",
        "param_missing",
        "param_unknown",
        "priority_unknown",
        "sheet_unknown",
        "topic_unknown",
        "when_weekday_unknown",
        "word_unknown",
        "work_unknown",
    }
)

#: Codes that do not fit what is by now, though their class does not say so.
_CONFLICTS = frozenset(
    {
        "redrive_of_all_under_way",
        "redrive_of_queue_under_way",
        "run_closed_already",
        "schedule_of_deployment",
        "schedule_without_job",
        "session_days_fixed",
        "tracking_ended",
        "tracking_paused",
        "trackings_not_measurable",
    }
)

#: Statuses of codes that their class does not tell.
STATUS_OF: Mapping[str, int] = {
    **dict.fromkeys(NOT_FOUND, 404),
    **dict.fromkeys(OF_WHAT_WAS_SAID, 422),
    **dict.fromkeys(_CONFLICTS, 409),
    "body_too_large": 413,
    "body_type_unknown": 415,
    "count_moved": 412,
    "jobs_waiting_full": 429,
    "method_unknown": 405,
    "signed_out": _SIGNED_OUT,
    "too_many_failures": 429,
    "too_many_requests": 429,
}

#: Titles of what is ours to put right: nothing of the inside leaves the house but the id of its log line.
_OURS: Mapping[int, str] = {
    _UNAVAILABLE: "지금은 처리할 수 없습니다: 잠시 뒤에 다시 시도하세요 (오류 번호 {id})",
    _UNEXPECTED: "예상하지 못한 오류가 났습니다: 오류 번호 {id}을(를) 알려 주세요",
}


def status_of(error: SunwiError) -> int:
    """Return HTTP's status of an error."""
    if (status := STATUS_OF.get(error.code)) is not None:
        return status
    if isinstance(error, Forbidden):
        return 403
    if isinstance(error, Conflict):
        return 409
    if isinstance(error, InvalidInput):
        return 422
    return _UNAVAILABLE if isinstance(error, Retryable | Postponed) else _UNEXPECTED


def problem_answer(
    error: SunwiError, *, request_id: str, headers: Mapping[str, str] | None = None, is_page: bool = False
) -> Answer:
    """Word an error that somebody's request led to.

    Args:
        error: What happened.
        request_id: Leads to its log lines.
        headers: To be sent besides.
        is_page: A person reads it.
    """
    status = status_of(error)
    is_ours = status in _OURS
    title = _OURS[status].format(id=request_id) if is_ours else error_words(error)
    document: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": error.code,
        "title": title,
        "request_id": request_id,
    }
    if isinstance(error, InvalidInput) and not is_ours:
        document["fields"] = {name: _plain(value) for name, value in error.fields.items()}
    return _answer(document, {**_headers(error, status), **(headers or {})}, is_page=is_page)


def unexpected_answer(*, request_id: str, is_page: bool = False) -> Answer:
    """Word a fault of our own."""
    document = {
        "type": "about:blank",
        "status": _UNEXPECTED,
        "code": "unexpected",
        "title": _OURS[_UNEXPECTED].format(id=request_id),
        "request_id": request_id,
    }
    return _answer(document, {}, is_page=is_page)


def _headers(error: SunwiError, status: int) -> dict[str, str]:
    headers = {}
    seconds = error.fields.get("retry_after_seconds", RETRY_AFTER_SECONDS if status == _UNAVAILABLE else None)
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    if status == _SIGNED_OUT:
        headers["WWW-Authenticate"] = 'Bearer realm="sunwi"'
    return headers


def _answer(document: Mapping[str, Any], headers: Mapping[str, str], *, is_page: bool) -> Answer:
    status = int(document["status"])
    if not is_page:
        return Answer(status=status, document=document, content_type="application/problem+json", headers=headers)
    title = escape(str(document["title"]))
    page = (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>{status} · Sunwi</title>'
        f'<meta name="viewport" content="width=device-width"><h1>{title}</h1><p><a href="/">처음으로</a></p></html>'
    )
    return Answer(status=status, content=page, content_type="text/html; charset=utf-8", headers=headers)


def _plain(value: object) -> object:
    """Return what JSON holds of a field."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return str(value)

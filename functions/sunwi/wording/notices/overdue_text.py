"""Notices that were due and could not be sent."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.alarm import Alarm
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.domain.schedule import KST
from sunwi.domain.stored_notice import NoticeFailure
from sunwi.wording.notices.notice_labels import failure_words, kind_words
from sunwi.wording.plain_text import plain

_ADVICE = (
    "채널 주소와 notifier 로그에서 원인을 보고, 고친 뒤 실패한 알림을 다시 보내세요. 대기 중인 알림은 저절로 나갑니다."
)
#: An e-mail's subject has fewer than 100 characters.
_TITLE_LENGTH = 99


def overdue_text(content: Mapping[str, Any]) -> NoticeText:
    """Describe overdue notices.

    Args:
        content: Their `count`, and `notices`, the first of them: `channel` (a name or None), `kind`, `due_at`, and
            `code` and `reason` of the failure if there is one.
    """
    return NoticeText(
        title=_title(content["count"]),
        severity=Severity.ERROR,
        sections=[NoticeSection("알림", list(_lines(content))), NoticeSection("할 일", [_ADVICE])],
        footer="Sunwi 순위 알림",
    )


def overdue_alarm(content: Mapping[str, Any], *, environment: str) -> Alarm:
    """Describe the same for the alarm, which needs neither database nor notifier.

    Args:
        content: As above.
        environment: ENVIRONMENT_NAME.
    """
    title = _title(content["count"])
    lines = [title, *_lines(content), f"할 일: {_ADVICE}", "", f"Sunwi 알림 ({environment})"]
    return Alarm(
        title=f"[Sunwi 순위 {environment}] {title}"[:_TITLE_LENGTH],
        text="\n".join(lines),
        kind="NOTICES_OVERDUE",
        subject="notices",
    )


def _title(count: int) -> str:
    return f"두 시간 넘게 보내지 못한 알림이 {count}건 있습니다"


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    named = content["notices"]
    for one in named:
        due_at = datetime.fromisoformat(one["due_at"]).astimezone(KST)
        code = one.get("code")
        cause = f", {failure_words(NoticeFailure(code, one.get('reason', '')))}" if code else ""
        channel = plain(one.get("channel") or "채널 없음")
        yield f"{channel}: {kind_words(one['kind'])}, {due_at:%m-%d %H:%M}부터{cause}"
    if content["count"] > len(named):
        yield f"외 {content['count'] - len(named)}건"

"""The words that somebody gets who tries a channel."""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.notice import NoticeSection, NoticeText, Severity


def channel_test_text(content: Mapping[str, Any]) -> NoticeText:
    """Say that the channel works.

    Args:
        content: `channel`, its name; `by`, who tries it; each may be left out.
    """
    named = (("채널", content.get("channel")), ("보낸 사람", content.get("by")))
    return NoticeText(
        title="Sunwi 순위 알림 시험",
        severity=Severity.INFO,
        fields=tuple((name, str(value)) for name, value in named if value),
        sections=(NoticeSection("확인", ("이 알림이 보이면 채널이 제대로 연결된 것입니다.",)),),
        footer="시험으로 보낸 알림입니다. 따로 하실 일은 없습니다.",
    )

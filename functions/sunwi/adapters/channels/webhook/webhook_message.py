"""A notice as the body of a webhook.

Source: docs/channels.md, Webhook.
"""

import json
from collections.abc import Sequence
from typing import Any

from sunwi.domain.channel import OutgoingNotice
from sunwi.domain.notice import NoticeSection
from sunwi.wording.notices.cut_text import cut_lines, one_line

#: Of one section; whoever wants all of it reads `data`, or asks Sunwi.
MOST_LINES = 200
MOST_CHARACTERS_OF_SECTION = 20_000
MOST_CHARACTERS_OF_LINE = 500


def webhook_body(notice: OutgoingNotice) -> bytes:
    """Return the JSON of a notice, the same bytes at every try."""
    text = notice.text
    document: dict[str, Any] = {
        "id": notice.id,
        "type": f"notice.{notice.kind}",
        "timestamp": notice.created_at.isoformat(),
        "severity": text.severity.value,
        "title": _line(text.title),
        "fields": [{"name": _line(name), "value": _line(value)} for name, value in text.fields],
        "sections": _sections(text.sections),
        "footer": _line(text.footer),
        "copy_text": notice.copy_text,
        "data": dict(notice.data),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace")


def _sections(sections: Sequence[NoticeSection]) -> list[dict[str, Any]]:
    return [
        {
            "heading": _line(section.heading),
            "lines": cut_lines(section.lines, _line, most_lines=MOST_LINES, most_characters=MOST_CHARACTERS_OF_SECTION),
            "count": len(section.lines),
        }
        for section in sections
    ]


def _line(text: str) -> str:
    return one_line(text, MOST_CHARACTERS_OF_LINE)

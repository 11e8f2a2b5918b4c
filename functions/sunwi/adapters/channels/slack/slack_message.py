"""A notice as a message of Slack: attachments, since blocks have no colour.

Source: docs/channels.md, Slack.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sunwi.adapters.channels.slack.mrkdwn import code_block, plain_mrkdwn
from sunwi.domain.channel import OutgoingNotice
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.wording.notices.cut_text import cut_lines, one_line

COLOURS: Mapping[Severity, str] = {
    Severity.SUCCESS: "#36a64f",
    Severity.WARNING: "#ff9900",
    Severity.ERROR: "#ff0000",
    Severity.INFO: "#0000ff",
}

#: Slack cuts a message off behind 40,000 characters and refuses more than 100 attachments; nobody reads so many.
MOST_SECTIONS = 10
MOST_FIELDS = 10
MOST_LINES = 20
MOST_CHARACTERS_OF_SECTION = 2500
MOST_CHARACTERS_OF_LINE = 200
MOST_CHARACTERS_OF_TITLE = 150
#: The form of a notice for a messenger is short by itself (`sunwi.wording.notices.copy_text`).
MOST_CHARACTERS_TO_COPY = 3000

#: Values up to this length stand two beside each other.
_SHORT_VALUE = 30


def slack_message(notice: OutgoingNotice) -> dict[str, Any]:
    """Return the body of a request, to be written as JSON."""
    text = notice.text
    attachments = [_head(text), *(_section(section, text) for section in text.sections[:MOST_SECTIONS])]
    left = len(text.sections) - MOST_SECTIONS
    told = [f"외 {left:,}개 항목"] if left > 0 else []
    footer = " · ".join([*told, *([_drawn(text.footer)] if text.footer else [])])
    if footer:
        attachments[-1]["footer"] = footer
    if notice.copy_text:
        attachments.append(_to_copy(notice.copy_text))
    return {
        "attachments": attachments,
        # A name in the text calls nobody, and an address in it is not opened for a preview.
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _head(text: NoticeText) -> dict[str, Any]:
    title = plain_mrkdwn(one_line(text.title, MOST_CHARACTERS_OF_TITLE))
    return {
        "color": COLOURS[text.severity],
        "fallback": title,
        "title": title,
        "fields": list(_fields(text)),
        "mrkdwn_in": [],
    }


def _fields(text: NoticeText) -> Iterator[dict[str, Any]]:
    for name, value in text.fields[:MOST_FIELDS]:
        drawn = _drawn(value)
        yield {"title": _drawn(name), "value": drawn, "short": len(drawn) <= _SHORT_VALUE}


def _section(section: NoticeSection, text: NoticeText) -> dict[str, Any]:
    heading = _drawn(section.heading)
    lines = cut_lines(section.lines, _bullet, most_lines=MOST_LINES, most_characters=MOST_CHARACTERS_OF_SECTION)
    return {
        "color": COLOURS[text.severity],
        "fallback": heading,
        "title": heading,
        "text": "\n".join(lines),
        "mrkdwn_in": [],
    }


def _to_copy(copy_text: str) -> dict[str, Any]:
    lines = copy_text.splitlines()
    shown = cut_lines(lines, str, most_lines=len(lines), most_characters=MOST_CHARACTERS_TO_COPY)
    return {
        "fallback": "카톡용 문구",
        "title": "카톡용 문구",
        "text": code_block("\n".join(shown)),
        "mrkdwn_in": ["text"],
    }


def _bullet(line: str) -> str:
    return f"• {_drawn(line)}"


def _drawn(line: str) -> str:
    return plain_mrkdwn(one_line(line, MOST_CHARACTERS_OF_LINE))

"""The two parts of a mail: HTML, and the same as text.

Source: docs/mail.md, What a mail looks like.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sunwi.domain.channel import OutgoingNotice
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.wording.notices.cut_text import cut_lines, one_line

#: Of the bar beside the text; each is seen on white and on black.
COLOURS: Mapping[Severity, str] = {
    Severity.SUCCESS: "#36a64f",
    Severity.WARNING: "#e08600",
    Severity.ERROR: "#e5342b",
    Severity.INFO: "#3b6fe0",
}

#: Gmail hides what is behind 102 KB of HTML; a line takes about 150 bytes of it with its style.
MOST_LINES = 200
MOST_CHARACTERS_OF_SECTION = 15_000
MOST_LINES_OF_MAIL = 300
MOST_CHARACTERS_OF_LINE = 300
MOST_CHARACTERS_OF_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribing:
    """How somebody stops getting mail: at a page, or else by writing to an address; empty where there is none."""

    url: str = ""
    mail: str = ""


def shorten(text: NoticeText) -> NoticeText:
    """Return a notice with lines that are no longer, and no more, than a mail shows."""
    left = MOST_LINES_OF_MAIL
    sections = []
    for section in text.sections:
        lines = cut_lines(
            section.lines,
            _line,
            most_lines=max(0, min(MOST_LINES, left)),
            most_characters=MOST_CHARACTERS_OF_SECTION,
        )
        left -= len(lines)
        sections.append(NoticeSection(_line(section.heading), lines))
    return NoticeText(
        title=one_line(text.title, MOST_CHARACTERS_OF_TITLE),
        severity=text.severity,
        fields=[(_line(name), _line(value)) for name, value in text.fields],
        sections=sections,
        footer=_line(text.footer),
    )


def html_part(text: NoticeText, notice: OutgoingNotice, unsubscribing: Unsubscribing) -> str:
    """Draw a notice as HTML; every text of it is escaped.

    Args:
        text: Of the notice, shortened.
        notice: The rest of it.
        unsubscribing: Stands at the end.
    """
    return _template().render(
        title=text.title,
        colour=COLOURS[text.severity],
        fields=text.fields,
        sections=text.sections,
        copy_text=notice.copy_text,
        footer=text.footer,
        unsubscribe_url=unsubscribing.url,
        unsubscribe_mail=unsubscribing.mail,
    )


def text_part(text: NoticeText, notice: OutgoingNotice, unsubscribing: Unsubscribing) -> str:
    """Write the same without markup, as `html_part` has it."""
    return "\n".join([*_text_lines(text, notice, unsubscribing), ""])


def _text_lines(text: NoticeText, notice: OutgoingNotice, unsubscribing: Unsubscribing) -> Iterator[str]:
    yield text.title
    if text.fields:
        yield ""
        yield from (f"{name}: {value}" for name, value in text.fields)
    for section in text.sections:
        yield from ("", f"[{section.heading}]")
        yield from (f"- {line}" for line in section.lines)
    if notice.copy_text:
        yield from ("", "[카톡용 문구]", *notice.copy_text.splitlines())
    if text.footer:
        yield from ("", text.footer)
    if unsubscribing.url:
        yield from ("", f"이 메일 그만 받기: {unsubscribing.url}")
    elif unsubscribing.mail:
        yield from ("", f"그만 받으시려면 {unsubscribing.mail} 주소로 알려 주세요.")


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("notice.html")


def _line(text: str) -> str:
    return one_line(text, MOST_CHARACTERS_OF_LINE)

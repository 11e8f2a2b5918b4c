"""A notice for copying into KakaoTalk (카톡용 문구): plain text, short lines, no markup."""

from collections.abc import Iterator

from sunwi.domain.notice import NoticeText
from sunwi.wording.notices.cut_text import cut_lines, one_line

#: A phone shows no more of a line without breaking it in the middle of a word.
MOST_CHARACTERS_OF_LINE = 60
#: Whoever gets it in a chat reads the beginning; the mail has the rest.
MOST_LINES_OF_SECTION = 10
MOST_CHARACTERS_OF_SECTION = 400
MOST_SECTIONS = 6
MOST_FIELDS = 8


def copy_text_of(text: NoticeText) -> str:
    """Write a notice as somebody would type it into a chat.

    KakaoTalk knows no markup, so signs stay signs; nothing is escaped.
    """
    return "\n".join(_lines(text)).strip()


def _lines(text: NoticeText) -> Iterator[str]:
    yield _short(text.title)
    if text.fields:
        yield ""
        yield from (_short(f"{name}: {value}") for name, value in text.fields[:MOST_FIELDS])
    for section in text.sections[:MOST_SECTIONS]:
        yield ""
        yield f"[{_short(section.heading)}]"
        yield from cut_lines(
            section.lines,
            _short,
            most_lines=MOST_LINES_OF_SECTION,
            most_characters=MOST_CHARACTERS_OF_SECTION,
        )
    if len(text.sections) > MOST_SECTIONS:
        yield ""
        yield f"외 {len(text.sections) - MOST_SECTIONS}개 항목"
    if text.footer:
        yield ""
        yield _short(text.footer)


def _short(text: str) -> str:
    return one_line(text, MOST_CHARACTERS_OF_LINE)

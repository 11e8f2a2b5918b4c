import json

import pytest

from sunwi.adapters.channels.slack.slack_message import COLOURS, MOST_LINES, slack_message
from sunwi.domain.notice import NoticeText, Severity
from sunwi.wording.notices.copy_text import copy_text_of
from tests.channels.example_notices import DIGEST, HOSTILE, hostile_text, huge_text, notice

#: Behind that Slack cuts a message off. Source: docs/channels.md, Slack.
SLACKS_LIMIT = 40_000


def test_a_digest_is_drawn_with_title_fields_sections_and_footer_in_one_colour() -> None:
    assert slack_message(notice()) == {
        "attachments": [
            {
                "color": "#ff9900",
                "fallback": "11월 30일(월) 순위 변화: 이탈 2건",
                "title": "11월 30일(월) 순위 변화: 이탈 2건",
                "fields": [
                    {"title": "광고주", "value": "한결상회", "short": True},
                    {"title": "노출", "value": "18 / 20건", "short": True},
                ],
                "mrkdwn_in": [],
            },
            {
                "color": "#ff9900",
                "fallback": "이탈",
                "title": "이탈",
                "text": "• 강남역 김밥: 3위 → 미노출\n• 성수동 카페: 1위 → 미노출",
                "mrkdwn_in": [],
            },
            {
                "color": "#ff9900",
                "fallback": "급락",
                "title": "급락",
                "text": "• 트러블 크림: 2위 → 9위",
                "mrkdwn_in": [],
                "footer": "비교: 11월 29일 → 11월 30일",
            },
        ],
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


@pytest.mark.parametrize(
    ("severity", "colour"),
    [
        (Severity.SUCCESS, "#36a64f"),
        (Severity.WARNING, "#ff9900"),
        (Severity.ERROR, "#ff0000"),
        (Severity.INFO, "#0000ff"),
    ],
)
def test_each_severity_has_its_colour(severity: Severity, colour: str) -> None:
    (attachment,) = slack_message(notice(NoticeText(title="제목", severity=severity)))["attachments"]
    assert attachment["color"] == colour
    assert set(COLOURS) == set(Severity)


def test_what_is_for_a_messenger_stands_in_a_block_of_its_own() -> None:
    *_, last = slack_message(notice(copy_text=copy_text_of(DIGEST)))["attachments"]
    assert last["title"] == "카톡용 문구"
    assert last["text"] == f"```{copy_text_of(DIGEST)}```"
    assert last["mrkdwn_in"] == ["text"]
    assert "footer" not in last


def test_thousands_of_lines_are_cut_and_counted() -> None:
    message = slack_message(notice(huge_text(), copy_text=copy_text_of(huge_text())))
    for attachment in message["attachments"][1:3]:
        lines = attachment["text"].splitlines()
        assert len(lines) == MOST_LINES + 1
        assert lines[-1] == "외 4,980건"
    assert len(json.dumps(message, ensure_ascii=False)) < SLACKS_LIMIT


def test_hostile_names_are_shown_and_do_nothing() -> None:
    text = hostile_text()
    message = slack_message(notice(text, copy_text="`" * 10))
    drawn = json.dumps(message, ensure_ascii=False)
    for sign in ("<", ">", "*굵게*", "_기울임_", "~취소~", "`코드`", ":skull:", "\u202e", "\\u0000"):
        assert sign not in drawn, sign
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in drawn
    assert "👨‍👩‍👧" in drawn
    assert "مطعم" in drawn
    assert len(drawn) < SLACKS_LIMIT
    assert len(message["attachments"]) == 1 + len(HOSTILE) + 1


def test_sections_that_do_not_fit_are_counted_in_the_footer() -> None:
    text = hostile_text()
    more = NoticeText(title="제목", severity=Severity.INFO, sections=(*text.sections, *text.sections), footer="끝")
    *_, last = slack_message(notice(more))["attachments"]
    assert last["footer"] == "외 10개 항목 · 끝"

import re

import pytest

from sunwi.adapters.channels.slack.mrkdwn import code_block, plain_mrkdwn
from sunwi.wording.notices.cut_text import one_line
from tests.channels.example_notices import HOSTILE


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("A&B <b> & 'c'", "A&amp;B &lt;b&gt; &amp; 'c'"),
        ("&amp;", "&amp;amp;"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("*굵게* ~취소~ `코드`", "＊굵게＊ ～취소～ ˋ코드ˋ"),
        ("_기울임_", "＿기울임＿"),
        ("my_blog_name/123", "my_blog_name/123"),
        (":skull: 12:30:45 a:b", "꞉skull: 12:30:45 a:b"),
        ("> 인용", "＞ 인용"),
        ("1위 > 2위", "1위 &gt; 2위"),
        ("=1+1", "=1+1"),
    ],
)
def test_signs_of_slack_are_shown_as_they_are(text: str, drawn: str) -> None:
    assert plain_mrkdwn(text) == drawn


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_slack_would_format_is_left(text: str) -> None:
    drawn = plain_mrkdwn(one_line(text, 300))
    assert not set(drawn) & set("<>*~`")
    assert not re.search(r"&(?!amp;|lt;|gt;)", drawn)
    assert not re.search(r":[a-z][a-z0-9_+-]*:", drawn)
    assert not drawn.startswith("&gt;")


def test_a_block_to_copy_from_cannot_be_left() -> None:
    assert code_block("a ``` *b* <c>\nd") == "```a ˋˋˋ *b* &lt;c&gt;\nd```"

"""Notices and channels that tests build on."""

from dataclasses import replace
from typing import Any

from sunwi.domain.channel import Channel, ChannelKind, OutgoingNotice
from sunwi.domain.notice import SYSTEM_AUDIENCE, NoticeKind, NoticeSection, NoticeText, Severity
from sunwi.domain.webhook_secret import webhook_secret_of
from tests.examples import NIGHT

SLACK_URL = "https://hooks.slack.com/services/T000/B000/SECRETHOOK"
WEBHOOK_URL = "https://hooks.shop.co.kr/in?token=SECRETHOOK"
SECRET = webhook_secret_of(b"0123456789abcdef01234567")

SLACK = Channel(id=1, name="영업팀 슬랙", kind=ChannelKind.SLACK, address=SLACK_URL, audience=SYSTEM_AUDIENCE)
MAIL = Channel(id=2, name="대표 메일", kind=ChannelKind.EMAIL, address="boss@shop.co.kr", audience=SYSTEM_AUDIENCE)
WEBHOOK = Channel(
    id=3, name="사내 시스템", kind=ChannelKind.WEBHOOK, address=WEBHOOK_URL, secret=SECRET, audience=SYSTEM_AUDIENCE
)

DIGEST = NoticeText(
    title="11월 30일(월) 순위 변화: 이탈 2건",
    severity=Severity.WARNING,
    fields=(("광고주", "한결상회"), ("노출", "18 / 20건")),
    sections=(
        NoticeSection("이탈", ("강남역 김밥: 3위 → 미노출", "성수동 카페: 1위 → 미노출")),
        NoticeSection("급락", ("트러블 크림: 2위 → 9위",)),
    ),
    footer="비교: 11월 29일 → 11월 30일",
)

#: Text of others that means something to a browser, to Slack, to a spreadsheet, to a terminal or to a reader of Arabic.
HOSTILE = (
    "<script>alert(1)</script>&amp;\"'",
    "=1+1",
    "*굵게* _기울임_ ~취소~ `코드` :skull:",
    "<!channel> <@U123> <https://evil.invalid|여기>",
    "> 인용",
    "مطعم שלום \u202eפמט\u202c",
    "🍜 👨‍👩‍👧 ❤️‍🔥",
    "줄\n바꿈\r\nBcc: victim@shop.co.kr\tTAB\x00\x1b[31m",
    "{{7*7}} {% raw %} ${7*7} %s {0}",
    "가" * 5000,
)


def notice(text: NoticeText = DIGEST, **more: Any) -> OutgoingNotice:
    """A digest on its way."""
    made = OutgoingNotice(id="n-0123456789abcdef", kind=NoticeKind.DIGEST, text=text, created_at=NIGHT)
    return replace(made, **more)


def hostile_text() -> NoticeText:
    """A notice of nothing but hostile names."""
    return NoticeText(
        title=" ".join(HOSTILE[:3]),
        severity=Severity.ERROR,
        fields=tuple(zip(HOSTILE, HOSTILE, strict=True)),
        sections=tuple(NoticeSection(name, HOSTILE) for name in HOSTILE),
        footer=HOSTILE[7],
    )


def huge_text(lines: int = 5000) -> NoticeText:
    """A digest of a client with thousands of trackings."""
    return NoticeText(
        title="순위 변화",
        severity=Severity.INFO,
        sections=(
            NoticeSection("이탈", [f"키워드 {number}번: {number % 30 + 1}위 → 미노출" for number in range(lines)]),
            NoticeSection("급락", [f"키워드 {number}번: 1위 → 9위" for number in range(lines)]),
        ),
    )

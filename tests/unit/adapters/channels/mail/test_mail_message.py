from datetime import datetime

import pytest

from sunwi.adapters.channels.mail.mail_message import MailSettings, mail_message
from sunwi.domain.channel import OutgoingNotice
from sunwi.domain.notice import NoticeText, Severity
from sunwi.wording.notices.copy_text import copy_text_of
from tests.channels.example_notices import DIGEST, HOSTILE, hostile_text, huge_text, notice
from tests.examples import NIGHT
from tests.unit.adapters.channels.mail.reading_mail import Elements, part, read

SETTINGS = MailSettings(sender="notice@agency.co.kr", reply_to="help@agency.co.kr")
PAGE = "https://sunwi.agency.co.kr/unsubscribe/" + "a1B2" * 20


def built(made: OutgoingNotice, settings: MailSettings = SETTINGS, to: str = "boss@shop.co.kr") -> bytes:
    return mail_message(made, to=to, settings=settings, at=NIGHT)


def test_a_mail_has_a_korean_subject_a_text_and_an_html_part_that_read_back_as_they_were() -> None:
    mail = read(built(notice(copy_text=copy_text_of(DIGEST))))
    assert mail["Subject"] == "11월 30일(월) 순위 변화: 이탈 2건"
    assert mail["From"] == "Sunwi 순위 <notice@agency.co.kr>"
    assert mail["To"] == "boss@shop.co.kr"
    assert mail["Reply-To"] == "help@agency.co.kr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z") == NIGHT
    assert mail["Message-ID"] == "<n-0123456789abcdef@agency.co.kr>"
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain").splitlines() == [
        "11월 30일(월) 순위 변화: 이탈 2건",
        "",
        "광고주: 한결상회",
        "노출: 18 / 20건",
        "",
        "[이탈]",
        "- 강남역 김밥: 3위 → 미노출",
        "- 성수동 카페: 1위 → 미노출",
        "",
        "[급락]",
        "- 트러블 크림: 2위 → 9위",
        "",
        "[카톡용 문구]",
        *copy_text_of(DIGEST).splitlines(),
        "",
        "비교: 11월 29일 → 11월 30일",
        "",
        "그만 받으시려면 help@agency.co.kr 주소로 알려 주세요.",
    ]


def test_the_html_part_says_the_same_without_pictures_scripts_or_links() -> None:
    mail = read(built(notice(copy_text=copy_text_of(DIGEST))))
    page = Elements(part(mail, "html"))
    shown = " ".join(" ".join(page.words).split())
    for wanted in (DIGEST.title, "광고주", "한결상회", "강남역 김밥: 3위 → 미노출", "카톡용 문구", DIGEST.footer):
        assert wanted in shown
    assert page.links == []
    assert page.tags.isdisjoint({"img", "script", "link", "iframe", "object", "video", "form", "input"})
    assert "url(" not in part(mail, "html")
    assert {"color-scheme", "supported-color-schemes"} <= {
        str(attributes.get("name")) for tag, attributes in page.elements if tag == "meta"
    }
    # Where a client draws on black, text that has no colour of its own becomes white.
    assert "background" not in part(mail, "html")


def test_every_line_is_short_ascii_and_ends_as_mail_wants_it() -> None:
    for made in (notice(), notice(hostile_text(), unsubscribe_url=PAGE), notice(huge_text())):
        message = built(made)
        assert message.isascii()
        assert message.count(b"\n") == message.count(b"\r\n")
        assert max(len(line) for line in message.split(b"\r\n")) <= 200
        body = message.partition(b"\r\n\r\n")[2]
        assert max(len(line) for line in body.split(b"\r\n")) <= 78


def test_one_click_unsubscribes_where_there_is_a_page_and_a_mail_does_elsewhere() -> None:
    mail = read(built(notice(unsubscribe_url=PAGE)))
    assert mail["List-Unsubscribe"] == (
        f"<{PAGE}>, <mailto:help@agency.co.kr?subject=unsubscribe%20n-0123456789abcdef>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{PAGE}>,\r\n <mailto:".encode() in built(notice(unsubscribe_url=PAGE))
    assert Elements(part(mail, "html")).links == [PAGE]
    assert f"이 메일 그만 받기: {PAGE}" in part(mail, "plain")

    without = read(built(notice()))
    assert without["List-Unsubscribe"] == "<mailto:help@agency.co.kr?subject=unsubscribe%20n-0123456789abcdef>"
    assert without["List-Unsubscribe-Post"] is None

    no_replies = read(built(notice(), MailSettings(sender="notice@agency.co.kr")))
    assert no_replies["List-Unsubscribe"] == "<mailto:notice@agency.co.kr?subject=unsubscribe%20n-0123456789abcdef>"
    assert no_replies["Reply-To"] is None
    for kind in ("plain", "html"):
        assert "그만 받으시려면 notice@agency.co.kr" in part(no_replies, kind)


def test_hostile_names_are_text_in_every_part_and_begin_no_header() -> None:
    text = hostile_text()
    mail = read(built(notice(text, copy_text=HOSTILE[0])))
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Auto-Submitted", "List-Unsubscribe"),
        *("MIME-Version", "Content-Type"),
    }
    html, plain = part(mail, "html"), part(mail, "plain")
    page = Elements(html)
    assert "script" not in page.tags
    assert page.links == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in html
    assert "{{7*7}} {% raw %}" in html
    assert "49" not in html.replace("#767676", "")
    for shown in (html, plain):
        assert "👨‍👩‍👧" in shown
        assert "مطعم שלום" in shown
        assert not set(shown) & set("\x00\x1b\u202e")
    assert all('dir="auto"' in line for line in html.splitlines() if line.startswith(("<li", "<td", "<h2 dir", "<h1")))
    assert "Bcc: victim" in plain
    assert mail["Bcc"] is None


@pytest.mark.parametrize("title", [*HOSTILE, "제목\r\nBcc: victim@shop.co.kr", "x" * 5000, "", " "])
def test_no_title_breaks_the_subject(title: str) -> None:
    mail = read(built(notice(NoticeText(title=title, severity=Severity.INFO))))
    assert len(str(mail["Subject"]).splitlines()) <= 1
    assert len(str(mail["Subject"])) <= 200
    assert mail["Bcc"] is None
    assert part(mail, "plain")


@pytest.mark.parametrize("to", ["boss@shop.co.kr\r\nBcc: victim@shop.co.kr", "boss@shop.co.kr, victim@shop.co.kr"])
def test_an_address_that_would_be_more_than_one_makes_no_mail(to: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        built(notice(), to=to)


def test_a_digest_of_thousands_is_cut_and_counted_before_a_client_hides_the_rest() -> None:
    message = built(notice(huge_text(), copy_text=copy_text_of(huge_text())))
    mail = read(message)
    html = part(mail, "html")
    assert len(html.encode()) < 100_000
    assert html.count("<li ") <= 302
    assert "외 4,800건" in html
    assert "외 4,901건" in html
    assert "외 4,800건" in part(mail, "plain")


@pytest.mark.parametrize("severity", Severity)
def test_each_severity_has_its_colour_as_a_bar_beside_the_text(severity: Severity) -> None:
    html = part(read(built(notice(NoticeText(title="제목", severity=severity)))), "html")
    assert html.count("border-left:4px solid #") == 1


def test_a_long_address_stays_whole() -> None:
    to = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.co.kr"
    assert read(built(notice(), to=to))["To"].addresses[0].addr_spec == to

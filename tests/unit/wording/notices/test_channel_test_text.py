from sunwi.domain.notice import NoticeKind, Severity
from sunwi.wording.notices.notice_texts import TEXTS


def test_whoever_tries_a_channel_is_told_which_one_it_was() -> None:
    text = TEXTS[NoticeKind.TEST]({"channel": "영업팀 슬랙", "by": "cli:kim"})
    assert text.severity is Severity.INFO
    assert text.title == "Sunwi 순위 알림 시험"
    assert text.fields == (("채널", "영업팀 슬랙"), ("보낸 사람", "cli:kim"))
    assert text.footer.startswith("시험으로 보낸 알림")


def test_what_is_not_known_is_left_out() -> None:
    assert TEXTS[NoticeKind.TEST]({}).fields == ()

from sunwi.wording.notices.copy_text import MOST_CHARACTERS_OF_LINE, copy_text_of
from tests.channels.example_notices import DIGEST, hostile_text, huge_text


def test_a_digest_reads_like_a_message_that_somebody_typed() -> None:
    assert copy_text_of(DIGEST).splitlines() == [
        "11월 30일(월) 순위 변화: 이탈 2건",
        "",
        "광고주: 한결상회",
        "노출: 18 / 20건",
        "",
        "[이탈]",
        "강남역 김밥: 3위 → 미노출",
        "성수동 카페: 1위 → 미노출",
        "",
        "[급락]",
        "트러블 크림: 2위 → 9위",
        "",
        "비교: 11월 29일 → 11월 30일",
    ]


def test_thousands_of_lines_become_a_few_and_a_count() -> None:
    text = copy_text_of(huge_text())
    assert "외 4,990건" in text
    assert len(text) < 1000


def test_hostile_names_stay_text_on_short_lines() -> None:
    text = copy_text_of(hostile_text())
    assert "<script>alert(1)</script>" in text
    assert "*굵게* _기울임_" in text
    assert all(len(line) <= MOST_CHARACTERS_OF_LINE + 2 for line in text.splitlines())
    assert "외 4개 항목" in text
    assert not set(text) & set("\r\t\x00\x1b\u202e")

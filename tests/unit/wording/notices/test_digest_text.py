"""The words of a digest, of a few trackings and of thousands, whatever they are called."""

from typing import Any

import pytest

from sunwi.domain.notice import NoticeKind, NoticeText, Severity
from sunwi.wording.notices.digest_text import digest_text
from sunwi.wording.notices.notice_texts import TEXTS
from tests.hostile import TAKEN

COUNTS = {"active": 100, "measured": 98, "exposed": 90, "good": 85, "missed": 2, "entered": 1}


def line(event: str = "left", *, part: str = "fresh", **more: Any) -> dict[str, Any]:
    return {
        "tracking_id": 7,
        "keyword": "강남역 맛집",
        "kind": "place",
        "surface": "integrated",
        "device": "pc",
        "event": event,
        "part": part,
        "day": "2026-12-01",
        "compared": "2026-11-30",
        "facts": {"rank_before": 3, "rank": None, "area_before": "a", "area": None},
        **more,
    }


def content(*sections: tuple[str, int, list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    return {
        "client": "가게",
        "agency": "한빛",
        "day": "2026-12-01",
        "version": 1,
        "counts": COUNTS,
        "sections": [{"name": name, "count": count, "lines": lines} for name, count, lines in sections],
        **more,
    }


def counted(active: int, **more: int) -> dict[str, int]:
    """The counts of an owner all of whose trackings are well, but for what is said otherwise."""
    well = {"active": active, "measured": active, "exposed": active, "good": active, "missed": 0, "entered": 0}
    return {**well, **more}


def all_lines(text: NoticeText) -> list[str]:
    return [told for section in text.sections for told in section.lines]


def test_the_title_has_what_is_lost_and_each_line_names_its_days() -> None:
    text = digest_text(content(("left", 1, [line()]), ("session_full", 2, [])))
    assert text.title == "가게 12월 1일(화): 이탈 1 · 회차 완료 2 · 재노출 1 · 미측정 2건"
    assert text.severity is Severity.WARNING
    assert text.sections[0].heading == "이탈 1건"
    assert text.sections[0].lines == [
        "강남역 맛집 (플레이스, 통합검색 PC): 3위 → 미노출 (11월 30일(월) → 12월 1일(화))"
    ]
    assert dict(text.fields) == {"측정": "98/100건", "노출": "90건", "미노출": "8건", "미측정": "2건"}


def test_the_good_is_one_line_at_the_end() -> None:
    text = digest_text(content(("left", 3, []), ("dropped", 5, []), ("unmeasured", 2, [])))
    assert text.sections[-1].heading == "이상 없음"
    assert text.sections[-1].lines == ["측정한 98건 가운데 85건, 그 가운데 다시 노출 1건"]


def test_more_than_is_named_is_counted() -> None:
    text = digest_text(content(("left", 5000, [line()] * 20)))
    assert text.sections[0].lines[-1] == "외 4,980건"
    assert "이탈 5,000" in text.title


@pytest.mark.parametrize(
    ("part", "said"),
    [("late", "늦게 확인, 이탈 3위"), ("changed", "내용 변경, 이탈 3위"), ("withdrawn", "취소, 이탈 3위")],
)
def test_a_correction_says_what_it_does_to_what_was_told(part: str, said: str) -> None:
    text = digest_text(content(("corrections", 1, [line(part=part)]), version=2))
    assert said in text.sections[0].lines[0]
    assert text.title.startswith("[정정] 가게 12월 1일(화): 정정 1")
    assert text.severity is Severity.INFO


def test_a_further_digest_of_a_day_says_that_there_is_more() -> None:
    text = digest_text(content(("left", 1, []), ("corrections", 1, []), version=3))
    assert text.title.startswith("[추가] 가게 12월 1일(화): 이탈 1 · 정정 1")


def test_a_day_without_news_is_good() -> None:
    text = digest_text(content(counts=counted(100)))
    assert (text.title, text.severity) == ("가게 12월 1일(화): 이상 없음", Severity.SUCCESS)
    assert "미측정" not in dict(text.fields)
    assert text.sections[-1].lines == ["측정한 100건 가운데 100건"]


@pytest.mark.parametrize("missed", [0, 100])
def test_a_night_that_measured_nothing_is_not_good_whether_a_run_looked_or_not(missed: int) -> None:
    text = digest_text(content(counts=counted(100, measured=0, exposed=0, good=0, missed=missed)))
    assert (text.title, text.severity) == ("가게 12월 1일(화): 미측정 100건", Severity.INFO)
    assert dict(text.fields)["미측정"] == "100건"


def test_what_is_not_exposed_for_a_week_is_not_good_though_it_is_no_news() -> None:
    text = digest_text(content(counts=counted(10, exposed=3, good=2)))
    assert (text.title, text.severity) == ("가게 12월 1일(화): 미노출 7건 · 목표 미달 1건", Severity.INFO)
    assert text.sections[-1].lines == ["측정한 10건 가운데 2건"]


def test_who_is_exposed_again_makes_no_day_good_on_which_others_are_not() -> None:
    assert digest_text(content(counts=counted(10, entered=1))).severity is Severity.SUCCESS
    text = digest_text(content(counts=counted(10, measured=9, exposed=9, good=9, entered=1)))
    assert (text.title, text.severity) == ("가게 12월 1일(화): 재노출 1 · 미측정 1건", Severity.INFO)


def test_the_title_counts_all_that_is_unmeasured_and_not_only_what_began_to_be() -> None:
    text = digest_text(content(("unmeasured", 2, []), ("session_full", 1, []), counts=counted(10, measured=3)))
    assert text.title == "가게 12월 1일(화): 미측정 7건 · 회차 완료 1"


def test_a_digest_of_the_release_before_calls_good_what_was_exposed() -> None:
    counts = {name: number for name, number in counted(10, exposed=8).items() if name != "good"}
    text = digest_text(content(counts=counts))
    assert (text.title, text.sections[-1].lines) == ("가게 12월 1일(화): 미노출 2건", ["측정한 10건 가운데 8건"])


def test_a_client_of_whom_nothing_was_measured_is_not_called_good() -> None:
    counts = counted(5, measured=0, exposed=0, good=0, missed=5)
    text = digest_text(content(("unmeasured", 5, []), counts=counts))
    assert text.severity is Severity.WARNING
    assert text.sections[-1].lines == ["측정한 0건 가운데 0건"]


@pytest.mark.parametrize("name", [*TAKEN.values(), "=1+1"])
def test_names_stand_as_they_are_for_each_channel_to_escape(name: str) -> None:
    text = digest_text(content(("left", 1, [line(keyword=name)]), client=name))
    assert name in text.title
    assert any(name in told for told in all_lines(text))


def test_whom_no_client_or_agency_has_is_named_so() -> None:
    assert digest_text(content(client="", agency="한빛")).title.startswith("한빛 ")
    assert digest_text(content(client="", agency="")).title.startswith("광고주 없는 추적 ")


def test_the_kinds_of_evaluation_have_their_words() -> None:
    assert {NoticeKind.DIGEST, NoticeKind.NIGHT_FAILED} <= set(TEXTS)

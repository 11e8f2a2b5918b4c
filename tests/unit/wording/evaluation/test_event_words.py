"""Every event in Korean, naming the days that it is of."""

from datetime import date
from typing import Any

import pytest

from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.evaluation_thresholds import LIMITS, Thresholds
from sunwi.wording.evaluation.event_words import (
    EVENT_KINDS,
    EVENT_STATES,
    day_words,
    event_words,
    isolated,
    tracking_words,
)
from sunwi.wording.evaluation.threshold_words import THRESHOLDS, threshold_rows

BEFORE, DAY = date(2026, 11, 30), date(2026, 12, 1)
RANKS = {"rank_before": 3, "rank": 8, "area_before": "ugB_bsR", "area": "ugB_bsR"}

SAID: list[tuple[EventKind, date | None, dict[str, Any], str]] = [
    (EventKind.LEFT, BEFORE, {**RANKS, "rank": None, "area": None}, "3위 → 미노출 (11월 30일(월) → 12월 1일(화))"),
    (EventKind.ENTERED, BEFORE, {**RANKS, "rank_before": None}, "미노출 → 8위 (11월 30일(월) → 12월 1일(화))"),
    (EventKind.DROPPED, BEFORE, {**RANKS, "places": 5}, "3위 → 8위, 5계단 하락 (11월 30일(월) → 12월 1일(화))"),
    (
        EventKind.DROPPED,
        BEFORE,
        {**RANKS, "area": "zz_new", "places": 5},
        "3위 인기글 → 8위 zz_new, 5계단 하락 (11월 30일(월) → 12월 1일(화))",
    ),
    (
        EventKind.BELOW_TARGET,
        BEFORE,
        {**RANKS, "target_rank": 5},
        "3위 → 8위, 목표 5위 이내 (11월 30일(월) → 12월 1일(화))",
    ),
    (EventKind.BELOW_TARGET, None, {"rank": 8, "area": "a", "target_rank": 5}, "8위, 목표 5위 이내 (12월 1일(화))"),
    (
        EventKind.NOT_COMPARABLE,
        BEFORE,
        {**RANKS, "days_between": 9},
        "3위 → 8위, 9일 사이라 비교하지 않음 (11월 30일(월) → 12월 1일(화))",
    ),
    (
        EventKind.UNMEASURED,
        None,
        {"since": "2026-11-30", "nights": 2, "last_measured": "2026-11-29"},
        "11월 30일(월)부터 2회 연속 측정하지 못함 (마지막 측정 11월 29일(일))",
    ),
    (
        EventKind.UNMEASURED,
        None,
        {"since": "2026-11-30", "nights": 2, "last_measured": None},
        "11월 30일(월)부터 2회 연속 측정하지 못함 (측정한 적 없음)",
    ),
    (EventKind.SESSION_FULL, None, {"session": 2, "session_days": 25}, "2회차 25일을 모두 채움 (12월 1일(화))"),
    (EventKind.SESSION_ENDS_SOON, None, {"session": 2, "days_left": 3}, "2회차가 3일 남음 (12월 1일(화))"),
    (EventKind.CORRECTED, None, {"rank_before": 3, "rank": None}, "3위에서 미노출로 정정 (12월 1일(화))"),
    (
        EventKind.CORRECTED,
        None,
        {"rank_before": 3, "rank": 3, "counted": True},
        "3위, 회차에 포함하도록 정정 (12월 1일(화))",
    ),
]


@pytest.mark.parametrize(("kind", "compared", "facts", "said"), SAID)
def test_an_event_says_what_happened_and_on_which_days(
    kind: EventKind, compared: date | None, facts: dict[str, Any], said: str
) -> None:
    assert event_words(kind, DAY, compared, facts) == said


def test_no_kind_or_state_or_threshold_is_without_its_words() -> None:
    assert {kind for kind, *_ in SAID} == set(EVENT_KINDS) == set(EventKind)
    assert set(EVENT_STATES) == set(EventState)
    assert set(THRESHOLDS) == set(LIMITS)


def test_a_leap_day_has_its_name() -> None:
    assert day_words(date(2028, 2, 29)) == "2월 29일(화)"


def test_a_keyword_from_right_to_left_does_not_turn_the_rank_behind_it() -> None:
    assert isolated("강남역 맛집 🍜 <b>") == "강남역 맛집 🍜 <b>"
    assert isolated("مطعم שלום") == "\u2068مطعم שלום\u2069"
    words = tracking_words("مطعم", kind="place", surface="integrated", device="pc")
    assert words == "\u2068مطعم\u2069 (플레이스, 통합검색 PC)"


def test_thresholds_are_shown_with_what_is_told() -> None:
    rows = dict(threshold_rows(Thresholds(told=frozenset({EventKind.LEFT, EventKind.SESSION_FULL}), is_daily=True)))
    assert rows["급락"] == "4계단 이상 하락"
    assert rows["알리는 것"] == "이탈, 회차 완료"
    assert rows["요약"] == "매일"
    assert dict(threshold_rows(Thresholds()))["알리는 것"] == "모두"
    assert dict(threshold_rows(Thresholds(told=frozenset())))["알리는 것"] == "없음"

"""What happened to a tracking, in Korean; every figure names the days that it is of."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.exposure_criteria import name_of_area
from sunwi.domain.tracking import Device, Kind, Surface
from sunwi.service.trackings.parse_areas import AREA_NAMES
from sunwi.wording.labels import DEVICES, KINDS, SURFACES, describe_rank

EVENT_KINDS = {
    EventKind.LEFT: "이탈",
    EventKind.BELOW_TARGET: "목표 미달",
    EventKind.DROPPED: "급락",
    EventKind.NOT_COMPARABLE: "비교 불가",
    EventKind.UNMEASURED: "미측정",
    EventKind.SESSION_FULL: "회차 완료",
    EventKind.SESSION_ENDS_SOON: "회차 종료 임박",
    EventKind.CORRECTED: "정정",
    EventKind.ENTERED: "재노출",
}
EVENT_STATES = {EventState.HOLDS: "유효", EventState.WITHDRAWN: "취소"}

_WEEKDAYS = "월화수목금토일"
#: Ways of writing that would turn the words around them.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def day_words(day: date) -> str:
    """Name a day, `12월 1일(화)`."""
    return f"{day.month}월 {day.day}일({_WEEKDAYS[day.weekday()]})"


def isolated(text: str) -> str:
    """Keep a text that is written from right to left from turning the words around it."""
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}" if turns else text


def tracking_words(keyword: str, *, kind: str, surface: str, device: str) -> str:
    """Name a tracking by its keyword and where it is looked for; the latter three by their codes."""
    place = f"{KINDS[Kind(kind)]}, {SURFACES[Surface(surface)]} {DEVICES[Device(device)]}"
    return f"{isolated(keyword)} ({place})"


def event_words(kind: EventKind, day: date, compared: date | None, facts: Mapping[str, Any]) -> str:
    """Describe an event.

    Args:
        kind: What happened.
        day: On which it began.
        compared: The measured day that it was compared with; None where nothing was.
        facts: What it says, as stored.
    """
    days = day_words(day) if compared is None else f"{day_words(compared)} → {day_words(day)}"
    return _WORDS[kind](facts, days)


def _ranks(facts: Mapping[str, Any]) -> str:
    """Describe both ranks, with their areas where these differ."""
    before, after = describe_rank(facts["rank_before"]), describe_rank(facts["rank"])
    areas = (facts.get("area_before"), facts.get("area"))
    if None not in areas and areas[0] != areas[1]:
        return f"{before} {_area_name(areas[0])} → {after} {_area_name(areas[1])}"
    return f"{before} → {after}"


def _area_name(code: str | None) -> str:
    name = name_of_area(code or "")
    return code or "" if name is None else AREA_NAMES[name][0]


def _unmeasured_words(facts: Mapping[str, Any]) -> str:
    since = day_words(date.fromisoformat(facts["since"]))
    last = facts["last_measured"]
    before = "측정한 적 없음" if last is None else f"마지막 측정 {day_words(date.fromisoformat(last))}"
    return f"{since}부터 {facts['nights']}회 연속 측정하지 못함 ({before})"


def _correction_words(facts: Mapping[str, Any], days: str) -> str:
    before, after = describe_rank(facts["rank_before"]), describe_rank(facts["rank"])
    if before != after:
        return f"{before}에서 {after}로 정정 ({days})"
    counted = "회차에 포함" if facts["counted"] else "회차에서 제외"
    return f"{after}, {counted}하도록 정정 ({days})"


def _below_target_words(facts: Mapping[str, Any], days: str) -> str:
    said = _ranks(facts) if "rank_before" in facts else describe_rank(facts["rank"])
    return f"{said}, 목표 {facts['target_rank']}위 이내 ({days})"


#: By kind; each takes what an event says, and the days that it is of.
_WORDS: Mapping[EventKind, Callable[[Mapping[str, Any], str], str]] = {
    EventKind.LEFT: lambda facts, days: f"{_ranks(facts)} ({days})",
    EventKind.BELOW_TARGET: _below_target_words,
    EventKind.DROPPED: lambda facts, days: f"{_ranks(facts)}, {facts['places']}계단 하락 ({days})",
    EventKind.NOT_COMPARABLE: lambda facts, days: (
        f"{_ranks(facts)}, {facts['days_between']}일 사이라 비교하지 않음 ({days})"
    ),
    EventKind.UNMEASURED: lambda facts, _: _unmeasured_words(facts),
    EventKind.SESSION_FULL: lambda facts, days: (
        f"{facts['session']}회차 {facts['session_days']}일을 모두 채움 ({days})"
    ),
    EventKind.SESSION_ENDS_SOON: lambda facts, days: f"{facts['session']}회차가 {facts['days_left']}일 남음 ({days})",
    EventKind.CORRECTED: _correction_words,
    EventKind.ENTERED: lambda facts, days: f"{_ranks(facts)} ({days})",
}

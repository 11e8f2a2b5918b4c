"""The words of a client's digest: what is lost first, the good in one line.

Source: docs/evaluation.md; `sunwi.domain.evaluation_digest.compose_digest` says what its content has.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_digest import CORRECTIONS, Part
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.wording.evaluation.event_words import EVENT_KINDS, day_words, event_words, isolated, tracking_words

#: Sections that are bad news.
_BAD = frozenset(
    {
        EventKind.LEFT.value,
        EventKind.BELOW_TARGET.value,
        EventKind.DROPPED.value,
        EventKind.NOT_COMPARABLE.value,
        EventKind.UNMEASURED.value,
    }
)
_PARTS = {Part.LATE: "늦게 확인", Part.CHANGED: "내용 변경", Part.WITHDRAWN: "취소"}
_NAMES = {kind.value: word for kind, word in EVENT_KINDS.items()} | {CORRECTIONS: "정정"}
_FOOTER = "측정한 날끼리만 비교합니다. 미측정은 순위 하락으로 세지 않습니다."


def digest_text(content: Mapping[str, Any]) -> NoticeText:
    """Write a digest."""
    sections, counts = content["sections"], content["counts"]
    written = [NoticeSection(f"{_NAMES[one['name']]} {one['count']:,}건", _lines(one)) for one in sections]
    return NoticeText(
        title=_title(content),
        severity=_severity(sections, counts),
        fields=_fields(counts),
        sections=[*written, NoticeSection("이상 없음", [_good_line(counts)])],
        footer=_FOOTER,
    )


def _title(content: Mapping[str, Any]) -> str:
    whose = isolated(content["client"] or content["agency"] or "광고주 없는 추적")
    day = day_words(date.fromisoformat(content["day"]))
    counts = content["counts"]
    news = {_NAMES[one["name"]]: f"{one['count']:,}" for one in content["sections"]}
    if counts["entered"]:
        news[EVENT_KINDS[EventKind.ENTERED]] = f"{counts['entered']:,}"
    if not news:
        news = _standing(counts)
    if unmeasured := _unmeasured(counts):
        news[EVENT_KINDS[EventKind.UNMEASURED]] = f"{unmeasured:,}건"
    parts = [f"{name} {number}" for name, number in news.items()]
    return f"{_again(content)}{whose} {day}: {' · '.join(parts) or '이상 없음'}"


def _standing(counts: Mapping[str, int]) -> dict[str, str]:
    """Return what is not well though nothing has changed."""
    standing = {
        "미노출": counts["measured"] - counts["exposed"],
        EVENT_KINDS[EventKind.BELOW_TARGET]: counts["exposed"] - _good(counts),
    }
    return {name: f"{number:,}건" for name, number in standing.items() if number}


def _unmeasured(counts: Mapping[str, int]) -> int:
    """Count what has no measurement, whether a run missed it or no run looked."""
    return counts["active"] - counts["measured"]


def _good(counts: Mapping[str, int]) -> int:
    """Count what was exposed and not below its promised rank; the release before counted the exposed alone."""
    return counts.get("good", counts["exposed"])


def _again(content: Mapping[str, Any]) -> str:
    """Say what a further digest of a day is."""
    if content["version"] == 1:
        return ""
    return "[정정] " if {one["name"] for one in content["sections"]} == {CORRECTIONS} else "[추가] "


def _severity(sections: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> Severity:
    if any(one["name"] in _BAD for one in sections):
        return Severity.WARNING
    is_all_well = _good(counts) == counts["active"] == counts["measured"]
    return Severity.SUCCESS if is_all_well and not sections else Severity.INFO


def _fields(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    fields = [
        ("측정", f"{counts['measured']:,}/{counts['active']:,}건"),
        ("노출", f"{counts['exposed']:,}건"),
        ("미노출", f"{counts['measured'] - counts['exposed']:,}건"),
    ]
    unmeasured = _unmeasured(counts)
    return [*fields, ("미측정", f"{unmeasured:,}건")] if unmeasured else fields


def _lines(section: Mapping[str, Any]) -> list[str]:
    lines = [_line(one) for one in section["lines"]]
    more = section["count"] - len(lines)
    return [*lines, f"외 {more:,}건"] if more > 0 else lines


def _line(line: Mapping[str, Any]) -> str:
    kind, part = EventKind(line["event"]), Part(line["part"])
    compared = None if line["compared"] is None else date.fromisoformat(line["compared"])
    said = event_words(kind, date.fromisoformat(line["day"]), compared, line["facts"])
    tracking = tracking_words(line["keyword"], kind=line["kind"], surface=line["surface"], device=line["device"])
    if part is Part.FRESH:
        return f"{tracking}: {said}"
    return f"{tracking}: {_PARTS[part]}, {EVENT_KINDS[kind]} {said}"


def _good_line(counts: Mapping[str, int]) -> str:
    entered = f", 그 가운데 다시 노출 {counts['entered']:,}건" if counts["entered"] else ""
    return f"측정한 {counts['measured']:,}건 가운데 {_good(counts):,}건{entered}"

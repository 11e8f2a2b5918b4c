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
#: Of those, what was measured.
_CHANGED = _BAD - {EventKind.UNMEASURED.value}
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
        sections=[*written, NoticeSection("이상 없음", [_good_line(sections, counts)])],
        footer=_FOOTER,
    )


def _title(content: Mapping[str, Any]) -> str:
    whose = isolated(content["client"] or content["agency"] or "광고주 없는 추적")
    day = day_words(date.fromisoformat(content["day"]))
    parts = [f"{_NAMES[one['name']]} {one['count']:,}" for one in content["sections"]]
    if content["counts"]["entered"]:
        parts.append(f"{EVENT_KINDS[EventKind.ENTERED]} {content['counts']['entered']:,}")
    return f"{_again(content)}{whose} {day}: {' · '.join(parts) or '이상 없음'}"


def _again(content: Mapping[str, Any]) -> str:
    """Say what a further digest of a day is."""
    if content["version"] == 1:
        return ""
    return "[정정] " if {one["name"] for one in content["sections"]} == {CORRECTIONS} else "[추가] "


def _severity(sections: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> Severity:
    if any(one["name"] in _BAD for one in sections):
        return Severity.WARNING
    if sections or counts["missed"]:
        return Severity.INFO
    return Severity.SUCCESS


def _fields(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    fields = [
        ("측정", f"{counts['measured']:,}/{counts['active']:,}건"),
        ("노출", f"{counts['exposed']:,}건"),
        ("미노출", f"{counts['measured'] - counts['exposed']:,}건"),
    ]
    return [*fields, ("미측정", f"{counts['missed']:,}건")] if counts["missed"] else fields


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


def _good_line(sections: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> str:
    changed = sum(one["count"] for one in sections if one["name"] in _CHANGED)
    good = max(0, counts["measured"] - changed)
    entered = f", 그 가운데 다시 노출 {counts['entered']:,}건" if counts["entered"] else ""
    return f"측정한 {counts['measured']:,}건 가운데 {good:,}건{entered}"

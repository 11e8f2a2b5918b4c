"""The words of a night that was not measured: one notice, however many trackings.

Source: docs/evaluation.md; `sunwi.domain.evaluation_night.notices_of` says what its content has.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sunwi.domain.failure import FailureCause
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.domain.run import RunStatus
from sunwi.wording.evaluation.event_words import day_words, isolated
from sunwi.wording.labels import FAILURE_CAUSES, RUN_STATUSES

_NO_RUN = "배치가 시작되지 않음"
_FOOTER = "미측정은 순위 하락이 아닙니다. 다시 측정되면 그날의 결과로 알립니다."
_CAUSES_IN_TITLE = 2


def night_failed_text(content: Mapping[str, Any]) -> NoticeText:
    """Write what is told of a night that failed."""
    causes = [(_cause_words(cause), count) for cause, count in content["causes"]]
    named = ", ".join(cause for cause, _ in causes[:_CAUSES_IN_TITLE])
    more = f" 외 {len(causes) - _CAUSES_IN_TITLE}가지" if len(causes) > _CAUSES_IN_TITLE else ""
    whose = f"{isolated(content['client'])}: " if content["client"] else ""
    return NoticeText(
        title=f"{whose}어젯밤 {content['missed']:,}건 미측정: 원인 {named}{more}",
        severity=Severity.ERROR,
        fields=[
            ("날짜", day_words(date.fromisoformat(content["day"]))),
            *_run_fields(content),
            *((cause, f"{count:,}건") for cause, count in causes),
        ],
        sections=_sections(content),
        footer=_FOOTER,
    )


def _cause_words(code: str) -> str:
    if not code:
        return _NO_RUN
    known = {cause.value: word for cause, word in FAILURE_CAUSES.items()}
    return known.get(code, FAILURE_CAUSES[FailureCause.OTHER])


def _run_fields(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name the run; only operators are told of it."""
    if content.get("run_id") is None:
        return []
    status = RUN_STATUSES[RunStatus(content["status"])]
    return [("배치", f"{content['run_id']} ({status}, {content['expected']:,}건)")]


def _sections(content: Mapping[str, Any]) -> list[NoticeSection]:
    """Name the clients; only agencies are told of more than one."""
    if not content.get("clients"):
        return []
    lines = [f"{isolated(name) or '광고주 없음'}: {count:,}건" for name, count in content["clients"]]
    if content["more_clients"]:
        lines.append(f"외 {content['more_clients']:,}곳")
    return [NoticeSection("광고주별", lines)]

"""What the watchdog found, for the operators' channels."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.wording.plain_text import plain
from sunwi.wording.problem_words import problem_lines


def watch_text(content: Mapping[str, Any]) -> NoticeText:
    """Describe a problem of the night.

    Args:
        content: `kind`, `subject`, `day`, `extent` and `detail` of a problem, `repair` in words or None, and `advice`,
            perhaps empty.
    """
    day = content.get("day")
    problem = Problem(
        kind=ProblemKind(content["kind"]),
        subject=content["subject"],
        day=None if day is None else date.fromisoformat(day),
        extent=content.get("extent", 1),
        detail=content.get("detail", ""),
    )
    what, known = problem_lines(problem)
    repair, advice = content.get("repair"), content.get("advice")
    sections = [NoticeSection("내용", [plain(known)])]
    if repair:
        sections.append(NoticeSection("조치", [plain(repair)]))
    elif advice:
        sections.append(NoticeSection("할 일", [plain(advice)]))
    return NoticeText(
        title=plain(what),
        severity=Severity.WARNING if repair else Severity.ERROR,
        sections=sections,
        footer=f"Sunwi 순위 watchdog: {plain(problem.key)}",
    )

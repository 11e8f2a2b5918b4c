"""What `sunwi watch` prints."""

from typing import Any

from sunwi.adapters.aws.alarm_remedies import ALARM_REMEDIES
from sunwi.cli.screens.terminal import open_console
from sunwi.service.watchdog.watch_day import WatchReport
from sunwi.wording.plain_text import plain
from sunwi.wording.problem_words import describe_problem

#: What happened, what is known of it, and what to do or was done.
_SHOWN_LINES = 3


def show_watch(report: WatchReport) -> None:
    """Print what is wrong with a night, each problem with what to do or what was done."""
    console = open_console()
    for seen in report.seen:
        alarm = describe_problem(seen.problem, remedies=ALARM_REMEDIES, repair=seen.repair)
        for line in alarm.text.splitlines()[:_SHOWN_LINES]:
            console.print(plain(line))
        console.print()
    if gone := len(report.seen) - report.left:
        console.print(f"바로잡은 문제 {gone}건")
    console.print(f"{report.day} 감시: " + (f"남은 문제 {report.left}건" if report.left else "이상 없음"))


def watch_document(report: WatchReport) -> dict[str, Any]:
    """Write what a check of a night found, for JSON."""
    return {
        "date": report.day.isoformat(),
        "is_healthy": report.left == 0,
        "problems": [
            {
                "kind": seen.problem.kind.value,
                "subject": seen.problem.subject,
                "date": seen.problem.day.isoformat() if seen.problem.day else None,
                "extent": seen.problem.extent,
                "detail": seen.problem.detail,
                "repair": seen.repair,
                "is_gone": seen.is_gone,
            }
            for seen in report.seen
        ],
    }

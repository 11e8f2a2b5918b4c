"""What the watchdog did by itself, in Korean."""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.run import Run
from sunwi.domain.schedule import KST
from sunwi.domain.watch import Repair, RepairKind
from sunwi.wording.error_words import error_words


def repair_words(repair: Repair) -> str:
    """Describe what was done about a problem, or tried in vain."""
    match repair.kind:
        case RepairKind.STARTED if repair.run is not None:
            return f"감시가 배치를 시작했습니다: {_run_words(repair.run)}"
        case RepairKind.WATCHED if repair.run is not None:
            return f"감시가 다시 지켜보게 했습니다: {_run_words(repair.run)}"
        case RepairKind.CLOSED if repair.summary is not None:
            return f"감시가 마감했습니다: {_equation(repair.summary)}"
        case _:
            why = "-" if repair.error is None else error_words(repair.error)
            return f"감시가 바로잡으려 했으나 하지 못했습니다: {why}"


def _run_words(run: Run) -> str:
    return f"{run.id}, 추적 {run.expected}건, 기한 {run.deadline.astimezone(KST):%m-%d %H:%M} KST"


def _equation(summary: Mapping[str, Any]) -> str:
    return (
        f"전체 {summary['expected']} = 성공 {summary['succeeded']} + 실패 {summary['failed']} + "
        f"취소 {summary['cancelled']} + 기한 초과 {summary['expired']}"
    )

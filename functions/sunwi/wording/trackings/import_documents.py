"""What an import, or its preview, says of each row, as JSON."""

from collections.abc import Callable
from typing import Any

from sunwi.domain.capacity import CapacityWarning
from sunwi.errors import InvalidInput
from sunwi.service.runs.measure_new import Measuring
from sunwi.service.trackings.preview_import import ImportPreview, PreviewedRow, RowVerdict
from sunwi.wording.capacity_words import capacity_words
from sunwi.wording.documents import run_document, shared_document
from sunwi.wording.error_words import error_words


def preview_document(
    preview: ImportPreview, warning: CapacityWarning | None, *, describe: Callable[[InvalidInput], str] = str
) -> dict[str, Any]:
    """Write what an import would make of a file.

    Args:
        preview: Row by row.
        warning: That the night would be too short with what is new.
        describe: Puts what is wrong with a row in words.
    """
    return {
        "counts": {verdict.value: preview.count(verdict) for verdict in RowVerdict},
        "rows": [_row_document(row, describe) for row in preview.rows],
        "capacity_warning": None if warning is None else capacity_words(warning),
    }


def measuring_document(measuring: Measuring, *, when: str) -> dict[str, Any]:
    """Write how new trackings are measured: by which run, and what waits for the night.

    Args:
        measuring: The run, if there is one.
        when: `now` or `night`, as it was asked for.
    """
    run = measuring.run
    error = None if measuring.error is None else error_words(measuring.error)
    return {
        "run": None if run is None else run_document(run),
        "waits_for_night": measuring.waiting,
        "told": _told(measuring, when, error),
    }


def _told(measuring: Measuring, when: str, error: str | None) -> str:
    if error is not None:
        return f"새 추적은 등록되었지만 아직 측정되지 않습니다 ({error}). 밤의 정기 배치가 측정합니다."
    if when == "night":
        return "새 추적은 밤의 정기 배치가 측정합니다."
    if measuring.run is None:
        return "새로 측정할 추적이 없습니다."
    told = f"새 추적 {measuring.run.expected}건을 바로 측정합니다."
    if measuring.waiting:
        return f"{told} 제한 시간 안에 다 볼 수 없는 {measuring.waiting}건은 밤의 정기 배치가 측정합니다."
    return told


def _row_document(row: PreviewedRow, describe: Callable[[InvalidInput], str]) -> dict[str, Any]:
    return {
        "line": row.line,
        "verdict": row.verdict.value,
        "keyword": row.keyword,
        "tracking_id": row.tracking_id,
        "same_as_line": row.same_as_line,
        "differs_in": list(row.differs_in),
        "shared": [shared_document(other) for other in row.shared],
        "code": None if row.error is None else row.error.code,
        "reason": None if row.error is None else describe(row.error),
    }

"""What became of new trackings: of one, and of a file."""

from collections.abc import Sequence

from sunwi.cli.error_words import korean_of
from sunwi.cli.screens.terminal import open_console, show_warning
from sunwi.cli.screens.tracking_table import show_trackings
from sunwi.domain.run import Run
from sunwi.domain.tracking import NewTracking, Tracking, TrackingStatus
from sunwi.service.trackings.import_trackings import Duplicate, ImportReport
from sunwi.service.trackings.list_trackings import TrackingLine
from sunwi.service.trackings.manage_trackings import Added
from sunwi.wording.labels import (
    TRACKING_STATUSES,
    TRACKING_TERMS,
    counting_words,
)
from sunwi.wording.plain_text import plain

#: A file that is imported again is all duplicates.
_DUPLICATES_SHOWN = 20


def show_import(report: ImportReport, *, is_partial: bool) -> None:
    """Print what became of a file."""
    console = open_console()
    if report.sheet is not None:
        others = f" (읽지 않은 시트: {', '.join(report.other_sheets)})" if report.other_sheets else ""
        console.print(plain(f"시트 {report.sheet}{others}"))
    if report.ignored_columns:
        console.print(f"읽지 않은 열: {plain(', '.join(report.ignored_columns))}")
    for duplicate in report.duplicates[:_DUPLICATES_SHOWN]:
        console.print(f"{duplicate.line}행 중복: {plain(_describe_duplicate(duplicate))}")
    if len(report.duplicates) > _DUPLICATES_SHOWN:
        console.print(f"외 중복 {len(report.duplicates) - _DUPLICATES_SHOWN}건 (모두 보기: --json)")
    errors = open_console(is_error=True)
    for row in report.shared[:_DUPLICATES_SHOWN]:
        errors.print(f"{row.line}행 주의: {plain(_describe_shared(row.other))}")
    if len(report.shared) > _DUPLICATES_SHOWN:
        errors.print(f"외 주의 {len(report.shared) - _DUPLICATES_SHOWN}건 (모두 보기: --json)")
    for error in report.errors:
        errors.print(f"{error.line}행 오류: {plain(korean_of(error.problem))}")
    counts = f"등록 {len(report.imported)}건, 중복 {len(report.duplicates)}건, 오류 {len(report.errors)}건"
    if report.errors and not report.imported and not is_partial:
        counts += " — 오류가 있어 아무것도 등록하지 않았습니다 (--partial: 정상 행만 등록)"
    console.print(counts)


def _describe_shared(other: Tracking) -> str:
    """Report that another owner tracks the same target."""
    owner = f"광고주 {other.client or '-'}, 업체 {other.agency or '-'}, {TRACKING_STATUSES[other.status]}"
    return f"같은 키워드와 대상이 추적 {other.id}번에도 있습니다 ({other.keyword}, {owner}): 따로 집계됩니다"


def _describe_duplicate(duplicate: Duplicate) -> str:
    if duplicate.stored is None:
        is_other = duplicate.counts_otherwise or duplicate.differs_in
        otherwise = ", 집계 기준이나 다른 값이 다르지만 앞의 것만 등록합니다" if is_other else ""
        return f"{duplicate.same_as_line}행과 같습니다 ({duplicate.keyword}{otherwise})"
    return _describe_stored(
        duplicate.stored, counts_otherwise=duplicate.counts_otherwise, differs_in=duplicate.differs_in
    )


def _describe_stored(tracking: Tracking, *, counts_otherwise: bool, differs_in: Sequence[str]) -> str:
    """Report that a tracking is there already, how to change what it counts, and how to wake it."""
    known = f"이미 등록된 추적 {tracking.id}번입니다 ({tracking.keyword}, {TRACKING_STATUSES[tracking.status]})"
    if counts_otherwise:
        change = f"바꾸려면 sunwi trackings change {tracking.id}"
        known = f"{known}; 집계는 {counting_words(tracking.counting)} 그대로이고, {change}"
    if differs_in:
        known = f"{known}; 다르지만 바꾸지 않은 값: {', '.join(TRACKING_TERMS[name] for name in differs_in)}"
    if tracking.status is TrackingStatus.ACTIVE:
        return known
    return f"{known}; 다시 측정하려면 sunwi trackings resume {tracking.id}"


def show_added(added: Added, wanted: NewTracking) -> None:
    """Print what became of one new tracking."""
    if not added.is_new:
        otherwise = added.tracking.counting != wanted.counting
        stored = _describe_stored(added.tracking, counts_otherwise=otherwise, differs_in=added.differs_in)
        open_console().print(plain(stored))
        return
    show_trackings([TrackingLine(tracking=added.tracking, tags=tuple(added.tags))])
    for other in added.shared:
        show_warning(_describe_shared(other))


def show_measuring(run: Run | None, *, warning: str | None, error: str | None) -> None:
    """Print how new trackings are measured."""
    if run is not None:
        open_console().print(f"측정을 시작했습니다: {run.id} (진행 보기: sunwi runs watch {run.id})")
    show_warning(warning)
    if error:
        open_console(is_error=True).print(plain(error))

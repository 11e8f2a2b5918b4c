"""Everything that commands print: Korean tables for people, one JSON document for programs."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.box import SQUARE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer import TyperException

from sunwi.cli.error_words import korean_of
from sunwi.cli.screens.observation_screens import show_observations_beside_ledger
from sunwi.cli.screens.recognition_screens import show_canary, show_recognition
from sunwi.cli.screens.run_task_screens import show_tasks
from sunwi.cli.screens.terminal import add_row, new_table, open_console, table_of
from sunwi.cli.screens.tracking_table import show_trackings
from sunwi.domain.circuit import Circuit
from sunwi.domain.failure import FailureCause
from sunwi.domain.matching import MatchedBy
from sunwi.domain.run import Run, RunCounts, RunStatus
from sunwi.domain.schedule import KST
from sunwi.domain.session import SESSION_LENGTH, LedgerRow
from sunwi.domain.tracking import NewTracking, Tracking, TrackingStatus
from sunwi.observability import dump_json
from sunwi.service.runs.show_run import RunProgress, RunView
from sunwi.service.trackings.import_trackings import Duplicate, ImportReport
from sunwi.service.trackings.list_trackings import TrackingLine
from sunwi.service.trackings.manage_trackings import Added
from sunwi.service.trackings.show_tracking import SessionHistory, TrackingHistory
from sunwi.service.watchdog.describe_reason import reason_words
from sunwi.sites.naver.site import Lane
from sunwi.wording.failure_words import failure_words
from sunwi.wording.labels import (
    CHECKS,
    DEVICES,
    FAILURE_CAUSES,
    KINDS,
    RUN_HELD,
    RUN_KINDS,
    RUN_MOSTLY_UNMEASURED,
    RUN_STATUSES,
    SURFACES,
    TASK_STATES,
    TRACKING_STATUSES,
    area_words,
    counting_words,
    describe_counted,
)
from sunwi.wording.plain_text import plain

if TYPE_CHECKING:  # they bring the database and AWS along, which most of what is printed never needs
    from sunwi.adapters.sql.connection.migrations import SchemaVersion
    from sunwi.cli.health import HealthCheck

_BOXES_PER_LINE = 5

#: A file that is imported again is all duplicates.
_DUPLICATES_SHOWN = 20

_LEVELS = {"ok": "정상", "warn": "주의", "fail": "이상"}


def show_json(document: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(dump_json(document, sys.stdout, indent=2) + "\n")


def show_error(error: Exception, *, as_json: bool, command: str = "sunwi") -> None:
    """Print an error's sentence in Korean to standard error, and in English as a document when JSON was asked for."""
    message = error.format_message() if isinstance(error, TyperException) else str(error)
    if as_json:
        show_json({"error": {"name": type(error).__name__, "message": message}})
    open_console(is_error=True).print(f"오류: {plain(korean_of(error, command=command))}")


def show_import(report: ImportReport, *, is_partial: bool) -> None:
    """Print what became of a file."""
    console = open_console()
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
        errors.print(f"{error.line}행 오류: {plain(error.korean)}")
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
        otherwise = ", 집계 기준이 다르지만 앞의 것만 등록합니다" if duplicate.counts_otherwise else ""
        return f"{duplicate.same_as_line}행과 같습니다 ({duplicate.keyword}{otherwise})"
    return _describe_stored(duplicate.stored, counts_otherwise=duplicate.counts_otherwise)


def _describe_stored(tracking: Tracking, *, counts_otherwise: bool) -> str:
    """Report that a tracking is there already, how to change what it counts, and how to wake it."""
    known = f"이미 등록된 추적 {tracking.id}번입니다 ({tracking.keyword}, {TRACKING_STATUSES[tracking.status]})"
    if counts_otherwise:
        change = f"바꾸려면 sunwi trackings change {tracking.id}"
        known = f"{known}; 집계는 {counting_words(tracking.counting)} 그대로이고, {change}"
    if tracking.status is TrackingStatus.ACTIVE:
        return known
    return f"{known}; 다시 측정하려면 sunwi trackings resume {tracking.id}"


def show_added(added: Added, wanted: NewTracking) -> None:
    """Print what became of one new tracking."""
    if not added.is_new:
        otherwise = added.tracking.counting != wanted.counting
        open_console().print(plain(_describe_stored(added.tracking, counts_otherwise=otherwise)))
        return
    show_trackings([TrackingLine(tracking=added.tracking, exposed_days=0, last=None)])
    for other in added.shared:
        _show_warning(_describe_shared(other))


def show_measuring(run: Run | None, *, warning: str | None, error: str | None) -> None:
    """Print how new trackings are measured."""
    if run is not None:
        open_console().print(f"측정을 시작했습니다: {run.id} (진행 보기: sunwi runs watch {run.id})")
    _show_warning(warning)
    if error:
        open_console(is_error=True).print(plain(error))


def show_status_change(before: Sequence[Tracking], status: TrackingStatus) -> None:
    """Print what was paused, resumed or ended."""
    for tracking in before:
        change = f"{TRACKING_STATUSES[tracking.status]} → {TRACKING_STATUSES[status]}"
        open_console().print(plain(f"추적 {tracking.id}번 ({tracking.keyword}): {change}"))


def show_counting(trackings: Sequence[Tracking]) -> None:
    """Print what counts for trackings from now on."""
    for tracking in trackings:
        now = f"추적 {tracking.id}번 ({tracking.keyword}): 집계 {counting_words(tracking.counting)}"
        open_console().print(plain(f"{now} (다음 조회부터, 지난 기록은 그대로)"))


def show_history(history: TrackingHistory) -> None:
    """Print a tracking's sessions, each as 25 boxes and what lies between them."""
    tracking = history.tracking
    console = open_console()
    console.print(plain(f"추적 {tracking.id}번  {KINDS[tracking.target.kind]}  {tracking.keyword}"))
    console.print(plain(f"대상 {tracking.target_url}"))
    where = f"{SURFACES[tracking.surface]} {DEVICES[tracking.device]}"
    owners = f"광고주 {tracking.client or '-'}, 업체 {tracking.agency or '-'}"
    console.print(plain(f"{where}, {owners}, 상태 {TRACKING_STATUSES[tracking.status]}"))
    console.print(plain(f"집계 {counting_words(tracking.counting)}"))
    for session in reversed(history.sessions):
        _show_session(console, session)
    for correction in history.corrections:
        old = describe_counted(correction.old.rank, counts=correction.old_counts)
        new = describe_counted(correction.new.rank, counts=correction.new_counts)
        readers = f"판독기 {correction.old_parser_version} → {correction.new_parser_version}"
        console.print(plain(f"정정 {correction.date:%m-%d}: {old} → {new} ({readers}, {correction.reason})"))
    show_observations_beside_ledger(console, history.observations_beside_ledger)


def _show_session(console: Console, session: SessionHistory) -> None:
    state = "부족" if session.is_short else "완료" if session.is_closed or session.is_full else "진행"
    console.print(f"\n{session.number}회차 ({state})  노출 {len(session.exposed)}/{SESSION_LENGTH}일")
    boxes = [f"{row.date:%m-%d} {row.rank}위{' 묶음' if _is_bundled(row) else ''}" for row in session.exposed]
    boxes += ["·"] * (SESSION_LENGTH - len(boxes))
    grid = Table(box=SQUARE, show_header=False, show_lines=True)
    for _ in range(_BOXES_PER_LINE):
        grid.add_column(justify="center", min_width=10, no_wrap=True)
    for start in range(0, len(boxes), _BOXES_PER_LINE):
        grid.add_row(*boxes[start : start + _BOXES_PER_LINE])
    console.print(grid)
    if areas := Counter(row.area for row in session.exposed if row.area):
        days = ", ".join(f"{area_words(area)} {count}일" for area, count in areas.most_common())
        console.print(plain(f"노출 영역: {days}"))
    if over := ", ".join(f"{row.date:%m-%d} {row.rank}위" for row in session.over_exposed):
        console.print(f"초과 노출 {len(session.over_exposed)}일 (집계하지 않음): {over}")
    missed = ", ".join(f"{row.date:%m-%d} ({row.depth}칸 확인{_describe_near(row)})" for row in session.not_exposed)
    console.print(f"미노출 {len(session.not_exposed)}일{': ' if missed else ''}{missed}")
    console.print(f"미측정 {len(session.not_measured)}일")
    for day in session.not_measured:
        why = failure_words(day.failure.cause, day.failure.reason) if day.failure else "배치 기록이 없습니다"
        console.print(f"  {day.date:%m-%d} {why}")


def show_started(run: Run, warning: str | None, *, follows: bool = False) -> None:
    """Print that a run was dispatched, and how to follow it unless that comes next."""
    if run.closed_at is not None:
        open_console().print(f"이미 끝난 배치입니다: {run.id} (결과: sunwi runs show {run.id})")
        return
    open_console().print(f"배치를 시작했습니다: {run.id}, 추적 {run.expected}건 (기한 {_moment(run.deadline)})")
    if not follows:
        open_console().print(f"진행 보기: sunwi runs watch {run.id}")
    _show_warning(warning)


def show_runs(runs: Sequence[RunProgress]) -> None:
    """Print runs with their counts."""
    rows = [
        [
            progress.run.id,
            _status(progress.run, progress.counts),
            progress.counts.expected,
            progress.counts.succeeded,
            progress.counts.failed,
            progress.counts.cancelled,
            progress.counts.expired,
            progress.counts.left,
        ]
        for progress in runs
    ]
    open_console().print(table_of(["배치", "상태*", "전체", "성공", "실패", "취소?", "초과?", "남음?"], rows))


def show_run(view: RunView) -> None:
    """Print a run's counts, its equation, and what it could not measure."""
    run = view.run
    console = open_console()
    console.print(f"배치 {run.id} ({RUN_KINDS[run.kind]}, 기준일 {run.business_date}): {_status(run, view.counts)}")
    closed = f", 종료 {_moment(run.closed_at)}" if run.closed_at else ""
    console.print(f"시작 {_moment(run.started_at)}, 기한 {_moment(run.deadline)}{closed}, {view.elapsed_seconds:g}초")
    console.print(describe_equation(view.counts))
    console.print(f"노출 {view.exposed}건, 미노출 {view.not_exposed}건")
    console.print(f"예정 페이지 {view.pages}개, 페이지 열기 {view.page_loads}회")
    show_canary(console, view)
    for circuit in view.circuits:
        console.print(plain(_describe_circuit(circuit)))
    show_recognition(console, view)
    if view.failure:
        console.print(f"배치 실패 사유: {plain(reason_words(view.failure))}")
    show_tasks(console, run, view.tasks)
    if view.unmeasured:
        table = new_table("추적", "키워드*", "상태", "원인", "사유*", title="미측정")
        for task in view.unmeasured:
            cause, why = FAILURE_CAUSES[task.cause], failure_words(task.cause, task.reason)
            add_row(table, task.tracking_id, task.keyword, TASK_STATES[task.state], cause, why)
        console.print(table)
    for tracking_id, day in view.late:
        console.print(f"마감 후 측정: 추적 {tracking_id}번 ({day})")


def _describe_circuit(circuit: Circuit) -> str:
    """Describe since when a surface refuses, when it is asked again, and what it said."""
    lane = Lane.of_circuit(circuit.key)
    surface, device = SURFACES[lane.surface], DEVICES[lane.device]
    since = f"{_moment(circuit.opened_at)}부터" if circuit.opened_at else ""
    probe = f"다음 확인 {_moment(circuit.probe_at)}" if circuit.probe_at else "확인 중"
    why = failure_words(FailureCause.BLOCKED, circuit.reason or "")
    return f"차단: {surface} {device} {since} ({probe}; {why})"


def _status(run: Run, counts: RunCounts) -> str:
    """Name a run's state; one that balances and has measured less than half is not called complete."""
    if run.is_held:
        return RUN_HELD
    if run.status is RunStatus.CLOSED and counts.is_mostly_unmeasured:
        return RUN_MOSTLY_UNMEASURED
    if run.blocked_since is None:
        return RUN_STATUSES[run.status]
    return f"{RUN_STATUSES[run.status]} ({_moment(run.blocked_since)}부터)"


def describe_equation(counts: RunCounts) -> str:
    """Write what became of a run's trackings as a sum."""
    ended = f"성공 {counts.succeeded} + 실패 {counts.failed} + 취소 {counts.cancelled} + 기한 초과 {counts.expired}"
    if counts.left == 0:
        return f"전체 {counts.expected} = {ended}"
    return f"전체 {counts.expected} = {ended} + 남음 {counts.left}"


def show_upgrade(before: "SchemaVersion", after: "SchemaVersion") -> None:
    """Print what an upgrade did."""
    if before.is_current:
        open_console().print(f"스키마가 이미 최신입니다 ({after.current})")
    elif after.is_ahead:
        show_schema(after)
    else:
        open_console().print(f"스키마를 올렸습니다: {before.current or '없음'} → {after.current}")


def show_schema(schema: "SchemaVersion") -> None:
    """Print where a schema stands."""
    if schema.is_current:
        open_console().print(f"스키마가 최신입니다 ({schema.current})")
    elif schema.is_ahead:
        ahead = f"스키마 {schema.current}은(는) 더 새로운 버전의 것입니다 (이 버전은 {schema.head})"
        open_console().print(f"{ahead}: 그대로 두었습니다. 새 버전의 sunwi 를 쓰세요")
    else:
        stand = f"현재 {schema.current or '없음'}, 필요 {schema.head}"
        open_console().print(f"스키마가 최신이 아닙니다: {stand} (sunwi db upgrade 를 실행하세요)")


def show_findings(findings: "Sequence[HealthCheck]") -> None:
    """Print the doctor's checks."""
    table = new_table("점검", "결과", "내용*")
    for finding in findings:
        add_row(table, CHECKS[finding.name], _LEVELS[finding.level.value], finding.korean)
    open_console().print(table)


class RunProgressScreen:
    """A bar on a terminal; in a file or pipe, a line per tenth of the way."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._console = open_console()
        self._is_live = self._console.is_terminal and not is_quiet
        self._is_quiet = is_quiet
        self._last_step: tuple[object, int] | None = None
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._is_live,
        )
        self._task = self._progress.add_task("배치", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def update(self, progress: RunProgress) -> None:
        """Show how far a run is."""
        run, counts = progress.run, progress.counts
        done = counts.expected - counts.left
        description = f"{_status(run, counts)}  성공 {counts.succeeded} 실패 {counts.failed}"
        if self._is_live:
            self._progress.update(self._task, description=description, total=counts.expected, completed=done)
            return
        step = (run.status, done * 10 // max(1, counts.expected))
        if not self._is_quiet and step != self._last_step:
            self._last_step = step
            self._console.print(f"{run.id}  {description}  {done}/{counts.expected}")


def _show_warning(warning: str | None) -> None:
    if warning:
        open_console(is_error=True).print(f"주의: {plain(warning)}")


def _is_bundled(row: LedgerRow) -> bool:
    return row.matched_by == MatchedBy.BUNDLED


def _describe_near(row: LedgerRow) -> str:
    """Describe where the target stood without counting, if it did."""
    if row.near_area is None or row.matched_by not in {MatchedBy.ELSEWHERE, MatchedBy.BUNDLED}:
        return ""
    how = "다른 글에 묶임" if _is_bundled(row) else "다른 영역"
    return f", {how} {area_words(row.near_area)} {row.near_rank}위"


def _moment(at: datetime) -> str:
    return at.astimezone(KST).strftime("%m-%d %H:%M:%S")

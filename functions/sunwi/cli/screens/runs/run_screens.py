"""A run: that it was started, how far it is, and what became of its trackings."""

from collections.abc import Sequence

from sunwi.cli.screens.runs.recognition_screens import show_canary, show_recognition
from sunwi.cli.screens.runs.run_status import describe_equation, describe_moment, describe_status
from sunwi.cli.screens.runs.run_task_screens import show_tasks
from sunwi.cli.screens.terminal import add_row, new_table, open_console, show_warning, table_of
from sunwi.domain.circuit import Circuit
from sunwi.domain.failure import FailureCause
from sunwi.domain.run import Run
from sunwi.service.runs.show_run import RunProgress, RunView
from sunwi.sites.naver.site import Lane
from sunwi.wording.failure_words import failure_words
from sunwi.wording.labels import (
    DEVICES,
    FAILURE_CAUSES,
    RUN_KINDS,
    SURFACES,
    TASK_STATES,
)
from sunwi.wording.plain_text import plain
from sunwi.wording.reason_words import reason_words


def show_started(run: Run, warning: str | None, *, follows: bool = False) -> None:
    """Print that a run was dispatched, and how to follow it unless that comes next."""
    if run.closed_at is not None:
        open_console().print(f"이미 끝난 배치입니다: {run.id} (결과: sunwi runs show {run.id})")
        return
    open_console().print(f"배치를 시작했습니다: {run.id}, 추적 {run.expected}건 (기한 {describe_moment(run.deadline)})")
    if not follows:
        open_console().print(f"진행 보기: sunwi runs watch {run.id}")
    show_warning(warning)


def show_runs(runs: Sequence[RunProgress]) -> None:
    """Print runs with their counts."""
    rows = [
        [
            progress.run.id,
            describe_status(progress.run, progress.counts),
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
    console.print(
        f"배치 {run.id} ({RUN_KINDS[run.kind]}, 기준일 {run.business_date}): {describe_status(run, view.counts)}"
    )
    started, deadline = describe_moment(run.started_at), describe_moment(run.deadline)
    closed = f", 종료 {describe_moment(run.closed_at)}" if run.closed_at else ""
    console.print(f"시작 {started}, 기한 {deadline}{closed}, {view.elapsed_seconds:g}초")
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
    since = f"{describe_moment(circuit.opened_at)}부터" if circuit.opened_at else ""
    probe = f"다음 확인 {describe_moment(circuit.probe_at)}" if circuit.probe_at else "확인 중"
    why = failure_words(FailureCause.BLOCKED, circuit.reason or "")
    return f"차단: {surface} {device} {since} ({probe}; {why})"

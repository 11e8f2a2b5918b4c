"""Everything that is seen of jobs at one instant, on one screen."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from sunwi.cli.screens.jobs.hour_picture import draw_hours
from sunwi.cli.screens.jobs.pool_screens import CHANGE_HEADINGS, change_rows, describe_pool
from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import table_of
from sunwi.domain.job import ACTIVE
from sunwi.domain.job_figures import JobFigures
from sunwi.domain.job_health import QueueFigures
from sunwi.domain.job_monitor import MonitorView, WorkerView
from sunwi.wording.jobs.job_failure_words import job_cause_words
from sunwi.wording.jobs.job_health_words import LEVELS, QUEUES, describe_reason
from sunwi.wording.jobs.job_words import PRIORITIES, seconds_words, work_words
from sunwi.wording.jobs.monitor_documents import list_works
from sunwi.wording.plain_text import plain

#: Lines of what goes on for long.
_CHANGES_SHOWN, _CAUSES_SHOWN = 5, 10
#: Letters of an id that tell one from another.
_SHORT_ID = 8

#: As in `ACTIVE`.
_OPEN = ("대기", "배정", "진행")

_MEGABYTE = 1_000_000


def draw_monitor(view: MonitorView) -> Group:
    """Draw the whole monitor, what matters most first."""
    return Group(*_parts(view))


def _parts(view: MonitorView) -> Iterator[RenderableType]:
    yield _line(f"{describe_moment(view.at)}  작업 상태: {LEVELS[view.health.level]}")
    for reason in view.health.reasons:
        yield _line(f"  {LEVELS[reason.level]}: {describe_reason(reason)[1]}")
    yield _line(describe_pool(view.pool))
    yield _line(_describe_waiting(view))
    if view.workers:
        headings = ["워커", "자리", "하는 일*", "초", "진행", "성공", "실패", "바쁨*", "메모리", "쪽?"]
        yield table_of(headings, [_worker_row(worker) for worker in view.workers])
    if works := list_works(view):
        headings = [
            "종류*",
            "대기",
            "배정",
            "진행",
            "성공",
            "실패",
            "취소?",
            "초과?",
            "성공률",
            "평균*",
            "중앙*",
            "95%*",
        ]
        yield table_of(headings, [_work_row(view, work) for work in works], title="작업 (48시간)")
    for line in draw_hours(view.hours):
        yield _line(line)
    if view.causes:
        rows = [
            [work_words(one.work), job_cause_words(one.code), one.code, one.count]
            for one in view.causes[:_CAUSES_SHOWN]
        ]
        yield table_of(["종류", "원인*", "코드*", "건수"], rows, title="실패 원인 (48시간)")
    if view.queues:
        yield table_of(["대기열", "대기", "처리 중", "가장 오래*", "DLQ"], [_queue_row(one) for one in view.queues])
    if view.changes:
        yield table_of(CHANGE_HEADINGS, change_rows(view.changes[:_CHANGES_SHOWN]), title="워커 변경")


def _line(text: str) -> Text:
    return Text(plain(text))


def _describe_waiting(view: MonitorView) -> str:
    """Describe what waits, how full the line is, and who has waited longest."""
    waits = ", ".join(
        f"{PRIORITIES[priority]} {seconds_words(seconds)}"
        for priority, seconds in sorted(view.waiting_seconds.items(), reverse=True)
    )
    line = f"대기 {view.pending}건 (한도 {view.limit}건의 {view.fill_percent:.1f}%)"
    told = f"바쁨 {view.busy} / {view.pool.workers}, {line}"
    return told + (f", 가장 오래 기다린 작업: {waits}" if waits else "")


def _worker_row(view: WorkerView) -> list[object]:
    worker, job = view.worker, view.job
    doing = f"{work_words(job.work)} {job.id[-_SHORT_ID:]}" if job else "소식 없음" if view.is_silent else "쉼"
    return [
        worker.id[-_SHORT_ID:],
        worker.place,
        doing,
        "-" if view.job_seconds is None else round(view.job_seconds),
        f"{job.progress}%" if job else "-",
        worker.done,
        worker.failed,
        seconds_words(worker.busy_seconds),
        "-" if worker.memory_bytes is None else f"{worker.memory_bytes / _MEGABYTE:.0f}MB",
        worker.pages,
    ]


def _work_row(view: MonitorView, work: str) -> list[object]:
    figures = view.works.get(work, JobFigures())
    share = figures.success_share
    return [
        work_words(work),
        *(view.open_jobs.get((work, state), 0) for state in ACTIVE),
        figures.succeeded,
        figures.failed,
        figures.cancelled,
        figures.expired,
        "-" if share is None else f"{share:.0%}",
        *_durations([figures.mean_seconds, figures.median_seconds, figures.p95_seconds]),
    ]


def _durations(seconds: Sequence[float | None]) -> list[str]:
    return ["-" if one is None else seconds_words(one) for one in seconds]


def _queue_row(queue: QueueFigures) -> list[object]:
    unknown = queue.waiting is None
    return [
        QUEUES.get(queue.name, queue.name),
        "알 수 없음" if unknown else queue.waiting,
        "-" if queue.in_flight is None else queue.in_flight,
        "-" if queue.oldest_seconds is None else seconds_words(queue.oldest_seconds),
        "-" if queue.dead is None else queue.dead,
    ]

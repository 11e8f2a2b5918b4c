"""Jobs: a list of them, and everything about one."""

import json
from collections.abc import Mapping
from datetime import datetime

from rich.console import Console

from sunwi.cli.screens.jobs.attempt_picture import draw_attempts
from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_answers import JobResult, ShownJob
from sunwi.domain.job_list import JobPage
from sunwi.domain.schedule import KST
from sunwi.wording.jobs.job_failure_words import job_cause_words, job_failure_words
from sunwi.wording.jobs.job_words import PRIORITIES, seconds_words, state_words, work_words
from sunwi.wording.jobs.step_words import describe_progress
from sunwi.wording.plain_text import plain


def show_page(page: JobPage, *, now: datetime) -> None:
    """Print jobs, newest first, and how to go on."""
    console = open_console()
    if not page.jobs:
        console.print("작업이 없습니다")
        return
    headings = ["작업", "종류*", "상태*", "우선", "원인*?", "제출*"]
    console.print(table_of(headings, [_row(job, now=now) for job in page.jobs]))
    if page.next_before is not None:
        console.print(f"더 보기: --after {page.next_before}")


def _row(job: Job, *, now: datetime) -> list[object]:
    cause = job_cause_words(job.failure.code) if job.failure and job.state is not JobState.SUCCEEDED else "-"
    return [
        job.id,
        work_words(job.work),
        state_words(job, now=now) + (f" {job.progress}%" if job.state is JobState.RUNNING else ""),
        PRIORITIES[job.priority],
        cause,
        f"{job.created_at.astimezone(KST):%m-%d %H:%M}",
    ]


def show_job(shown: ShownJob, *, now: datetime) -> None:
    """Print a job: where it stands, when what happened, its attempts over time, and why it failed."""
    job, console = shown.job, open_console()
    console.print(
        plain(f"작업 {job.id} ({work_words(job.work)}, {PRIORITIES[job.priority]}): {state_words(job, now=now)}")
    )
    console.print(plain(f"진행 {describe_progress(job, shown.work)}"))
    given = {name: value for name, value in job.params.items() if value not in ("", None)}
    console.print(plain(f"입력 {json.dumps(given, ensure_ascii=False)}"))
    batch = f", 일괄 제출 {job.batch_id}의 {job.position}행" if job.batch_id else ""
    console.print(plain(f"제출 {describe_moment(job.created_at)} ({job.owner}){batch}"))
    for line in _describe_times(job):
        console.print(line)
    _show_attempts(console, shown, now=now)
    if job.failure is not None and job.state is not JobState.SUCCEEDED:
        console.print(plain(f"사유: {job_failure_words(job.failure)}"))
    if job.undoes:
        console.print(f"되돌린 작업: {job.undoes}")
    if job.state is JobState.SUCCEEDED:
        console.print(f"결과 보기: sunwi jobs result {job.id}")


def _describe_times(job: Job) -> list[str]:
    """Describe when it ended, or by when it has to."""
    limit = f"실행 {seconds_words(job.ran_seconds)} / 최대 {seconds_words(job.limit_seconds)}"
    if job.finished_at is not None:
        return [f"종료 {describe_moment(job.finished_at)}, {limit}"]
    asked = [f"취소 요청 {describe_moment(job.cancel_requested_at)}"] if job.cancel_requested_at else []
    return [f"기한 {describe_moment(job.expires_at)}, {limit}", *asked]


def _show_attempts(console: Console, shown: ShownJob, *, now: datetime) -> None:
    for line in draw_attempts(shown.attempts, now=now):
        console.print(plain(line))
    if shown.attempts and shown.work is not None:
        console.print(f"쓴 시도 {shown.job.attempts} / {shown.work.back_off.tries + 1}")


def show_result(found: JobResult, saved: Mapping[str, str], *, job_id: str) -> None:
    """Print what a job found, field by field, and its files.

    Args:
        found: What it left.
        saved: Paths of what was saved, by name.
        job_id: Of the job.
    """
    console = open_console()
    for name, value in found.result.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        console.print(plain(f"{name}: {text}"))
    for name in found.files:
        console.print(plain(f"파일: {name}"))
    for path in saved.values():
        console.print(plain(f"저장했습니다: {path}"))
    if found.files and not saved:
        console.print(f"파일 저장: sunwi jobs result {job_id} --out FOLDER")

"""What became of jobs that were submitted, cancelled and retried."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sunwi.cli.error_words import korean_of
from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.bulk_action import Action
from sunwi.domain.job import Job
from sunwi.domain.job_answers import BulkAnswer, CancelAnswer, RetryVerdict, Submitted
from sunwi.errors import InvalidInput
from sunwi.wording.jobs.job_words import BULK_ACTIONS, PRIORITIES, state_words, work_words
from sunwi.wording.plain_text import plain

#: Rows that are told one by one.
ROWS_SHOWN = 50


def show_submitted(submitted: Submitted, *, now: datetime, follows: bool) -> None:
    """Print that a job was submitted, and how to follow it unless that comes next."""
    job, console = submitted.job, open_console()
    kind = f"{work_words(job.work)}, {PRIORITIES[job.priority]}"
    if submitted.is_repeat:
        console.print(plain(f"같은 키로 이미 제출한 작업입니다: {job.id} ({kind}, {state_words(job, now=now)})"))
    else:
        later = f", {describe_moment(job.not_before)}부터" if job.not_before > now else ""
        console.print(plain(f"작업을 제출했습니다: {job.id} ({kind}{later})"))
    if not follows:
        console.print(f"진행 보기: sunwi jobs watch {job.id}")


def show_matching(action: Action, found: int) -> None:
    """Print how many trackings an action is for."""
    open_console().print(f"조건에 맞는 추적: {found:,}건 ({BULK_ACTIONS[action]})")


def show_way_back(job: Job) -> None:
    """Print how a bulk action is taken back."""
    open_console().print(f"되돌리기: sunwi jobs undo {job.id}")


def show_undone(job_id: str, submitted: Submitted | None, *, follows: bool) -> None:
    """Print how a bulk action is taken back, and how to follow that unless it comes next."""
    console = open_console()
    if submitted is None:
        console.print(f"시작하기 전이어서 취소했습니다: {job_id}")
        return
    told = "이미 되돌리는 작업을 제출했습니다" if submitted.is_repeat else "되돌리는 작업을 제출했습니다"
    console.print(f"{told}: {submitted.job.id}")
    if not follows:
        console.print(f"진행 보기: sunwi jobs watch {submitted.job.id}")


def show_bulk(answer: BulkAnswer, lines: Sequence[int]) -> None:
    """Print what became of a file of jobs, and each row that was refused, by its line."""
    console = open_console()
    rows = [[lines[problem.row - 1], korean_of(problem.error)] for problem in answer.refused[:ROWS_SHOWN]]
    if rows:
        console.print(table_of(["줄", "사유*"], rows, title=f"받지 않은 행 {len(answer.refused)}건"))
        if len(answer.refused) > ROWS_SHOWN:
            console.print(f"나머지 {len(answer.refused) - ROWS_SHOWN}건: --json")
    if answer.batch_id is None:
        console.print("아무것도 제출하지 않았습니다 (나머지 행만 제출: --partial)")
        return
    repeated = "같은 키로 이미 제출했습니다" if answer.is_repeat else "작업을 제출했습니다"
    console.print(f"{repeated}: {answer.stored}건, 묶음 {answer.batch_id}")
    console.print(f"진행 보기: sunwi jobs list --batch {answer.batch_id}")


def show_cancelled(answers: Mapping[str, CancelAnswer | InvalidInput]) -> None:
    """Print what each cancel led to."""
    for job_id, answer in answers.items():
        match answer:
            case CancelAnswer.ENDED:
                told = "취소했습니다"
            case CancelAnswer.REQUESTED:
                told = "취소를 요청했습니다: 다음 안전한 지점에서 멈춥니다"
            case InvalidInput():
                open_console(is_error=True).print(plain(f"{job_id}: {korean_of(answer)}"))
                continue
        open_console().print(f"{job_id}: {told}")


def show_retried(verdicts: Sequence[RetryVerdict]) -> None:
    """Print how many jobs wait again, and why others do not."""
    console = open_console()
    refused = [verdict for verdict in verdicts if verdict.error is not None]
    if not verdicts:
        console.print("다시 시도할 작업이 없습니다")
        return
    console.print(f"다시 기다리는 작업 {len(verdicts) - len(refused)}건")
    rows = [[verdict.job_id, korean_of(verdict.error)] for verdict in refused[:ROWS_SHOWN] if verdict.error]
    if rows:
        console.print(table_of(["작업", "사유*"], rows, title=f"다시 시도하지 않은 작업 {len(refused)}건"))
        if len(refused) > ROWS_SHOWN:
            console.print(f"나머지 {len(refused) - ROWS_SHOWN}건: --json")


def show_ends(jobs: Sequence[Job], *, now: datetime) -> None:
    """Print how many of the jobs that were watched ended in which way."""
    counts = Counter(state_words(job, now=now) for job in jobs)
    open_console().print("작업 " + str(len(jobs)) + "건: " + ", ".join(f"{state} {n}" for state, n in counts.items()))

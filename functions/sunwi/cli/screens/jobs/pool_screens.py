"""The pool of workers."""

from collections.abc import Sequence

from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.job_answers import PoolView
from sunwi.domain.worker_pool import PoolChange, WorkerPool
from sunwi.wording.jobs.job_words import PAUSES, POOL_REASONS, work_words
from sunwi.wording.plain_text import plain


def show_pool(view: PoolView) -> None:
    """Print how many workers there are, what they are for, and how that changed."""
    console, busy = open_console(), sum(view.busy.values())
    console.print(describe_pool(view.pool))
    kinds = ", ".join(f"{work_words(work)} {count}" for work, count in view.busy.items())
    console.print(plain(f"바쁨 {busy} / {view.pool.workers}" + (f" ({kinds})" if kinds else "")))
    console.print(f"기다리는 작업 {view.waiting}건")
    if view.changes:
        console.print(table_of(CHANGE_HEADINGS, change_rows(view.changes), title="최근 변경"))


def describe_pool(pool: WorkerPool) -> str:
    """Describe the pool in one line."""
    since = f"{describe_moment(pool.changed_at)} {POOL_REASONS.get(pool.reason, pool.reason)}".rstrip()
    return plain(f"워커 {pool.workers}개 (한도 {pool.least}~{pool.most}), {PAUSES[pool.paused]}; 마지막 변경 {since}")


CHANGE_HEADINGS = ["언제", "워커", "이유*", "누가*", "받기*?"]


def change_rows(changes: Sequence[PoolChange]) -> list[list[object]]:
    """Describe changes of the pool, a row each."""
    return [
        [
            describe_moment(change.at),
            f"{change.before} → {change.after}",
            POOL_REASONS.get(change.reason, change.reason),
            change.changed_by,
            PAUSES[change.paused] if change.paused else "-",
        ]
        for change in changes
    ]

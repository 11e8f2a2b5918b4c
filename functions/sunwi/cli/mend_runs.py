"""`sunwi runs cancel`: take a run in hand that does not go as it should."""

from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli import screens
from sunwi.cli.access import JsonOption, open_container
from sunwi.cli.documents import progress_document
from sunwi.cli.runs import RunArgument
from sunwi.cli.terminal import open_console
from sunwi.cli.watch_run import POLL_SECONDS
from sunwi.service.show_run import RunProgress

if TYPE_CHECKING:
    from sunwi.bootstrap import Container


def cancel(
    ctx: typer.Context,
    run_id: RunArgument,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Wait until it is closed (끝까지 보기).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Cancel what a run has not looked at yet; a look under way may end (배치 취소)."""
    container = open_container(ctx)
    cancelled = container.cancel_run.cancel(run_id)
    progress = _wait_for_close(container, run_id) if watch else container.show_run.progress(run_id)
    running = cancelled.running if progress.run.closed_at is None else 0
    if as_json:
        screens.show_json({**progress_document(progress), "cancelled_now": cancelled.cancelled, "running": running})
        return
    console = open_console()
    console.print(f"배치 {run_id}: 대기 중이던 {cancelled.cancelled}건을 취소했습니다")
    if progress.run.closed_at is None:
        console.print(f"측정 중인 {running}건이 끝나면 닫힙니다 (진행 보기: sunwi runs watch {run_id})")
    else:
        console.print(screens.describe_equation(progress.counts))


def _wait_for_close(container: "Container", run_id: str) -> RunProgress:
    """Cancel again until the looks under way have ended; the deadline ends what never does."""
    while True:
        progress = container.show_run.progress(run_id)
        if progress.run.closed_at is not None:
            return progress
        sleep(POLL_SECONDS)
        container.cancel_run.cancel(run_id)

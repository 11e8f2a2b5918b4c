"""`sunwi runs cancel` and `retry-failed`: take a run in hand that does not go as it should."""

from dataclasses import asdict
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.runs import RunArgument
from sunwi.cli.commands.watch_run import POLL_SECONDS
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.runs.run_status import describe_equation
from sunwi.cli.screens.terminal import open_console, show_json
from sunwi.domain.retry import RetryOrder, RetryPlan
from sunwi.service.runs.show_run import RunProgress
from sunwi.wording.documents import progress_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer


def cancel(
    ctx: typer.Context,
    run_id: RunArgument,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Wait until it is closed (끝까지 보기).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Cancel what a run has not attempted yet; an attempt under way may end (배치 취소)."""
    container = open_container(ctx)
    cancelled = container.runs.cancel_run.cancel(actor_of_cli(), run_id)
    progress = _wait_for_close(container, run_id) if watch else container.runs.show_run.progress(run_id)
    running = cancelled.running if progress.run.closed_at is None else 0
    if as_json:
        show_json({**progress_document(progress), "cancelled_now": cancelled.cancelled, "running": running})
        return
    console = open_console()
    console.print(f"배치 {run_id}: 대기 중이던 {cancelled.cancelled}건을 취소했습니다")
    if progress.run.closed_at is None:
        console.print(f"측정 중인 {running}건이 끝나면 닫힙니다 (진행 보기: sunwi runs watch {run_id})")
    else:
        console.print(describe_equation(progress.counts))


def retry_failed(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    run_id: RunArgument,
    *,
    expired: Annotated[
        bool, typer.Option("--expired", help="Those too that nobody looked at in time (기한 초과 포함).")
    ] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Those too that are in the queue already (대기 중 포함).")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent (보내지 않음).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Queue again what a run failed to measure; the dead-letter queues stay as they are (실패 재시도)."""
    container = open_container(ctx)
    container.adapters.settings.require("crawl_queue_url" if run_id.startswith("scheduled") else "express_queue_url")
    order, retry_failed = RetryOrder(with_expired=expired, with_waiting=waiting), container.runs.retry_failed
    plan = retry_failed.plan(run_id, order) if dry_run else retry_failed.retry(actor_of_cli(), run_id, order)
    if as_json:
        show_json({"run_id": run_id, "is_dry_run": dry_run, **asdict(plan)})
        return
    _show_plan(run_id, plan, dry_run=dry_run)
    if cancelled := container.runs.show_run.progress(run_id).counts.cancelled:
        open_console().print(f"취소된 {cancelled}건은 다시 보내지 않습니다 (다시 측정하려면: sunwi runs start)")


def _show_plan(run_id: str, plan: RetryPlan, *, dry_run: bool) -> None:
    console = open_console()
    verb = "다시 보낼 수 있습니다" if dry_run else "다시 보냈습니다"
    console.print(f"배치 {run_id}: 추적 {len(plan.tracking_ids)}건을 {verb}")
    if plan.waiting:
        console.print(f"이미 다시 보내 대기 중 {plan.waiting}건 (그래도 보내기: --waiting)")
    if plan.expired:
        console.print(f"기한 초과 {plan.expired}건은 제외 (포함: --expired)")
    if plan.inactive:
        console.print(f"중지·종료된 추적 {plan.inactive}건은 제외")
    if plan.tracking_ids:
        console.print("보내기: --dry-run 없이 다시 실행" if dry_run else f"결과 보기: sunwi runs show {run_id}")


def _wait_for_close(container: "CommandContainer", run_id: str) -> RunProgress:
    """Cancel again until the attempts under way have ended; the deadline ends what never does."""
    while True:
        progress = container.runs.show_run.progress(run_id)
        if progress.run.closed_at is not None:
            return progress
        sleep(POLL_SECONDS)
        container.runs.cancel_run.cancel(actor_of_cli(), run_id)

"""`sunwi runs`: start, list, show, watch."""

from collections.abc import Sequence
from time import sleep
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.watch_run import watch_run
from sunwi.cli.container import MAX_ID, JsonOption, checked_run_id, open_container, open_dispatch
from sunwi.cli.screens.runs.run_screens import show_run, show_runs, show_started
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.run import Run, RunKind, RunStatus
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.errors import InvalidInput
from sunwi.service.runs.show_run import RunView
from sunwi.wording.capacity_words import capacity_words
from sunwi.wording.documents import progress_documents, run_document, view_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

app = typer.Typer(no_args_is_help=True)

RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", callback=checked_run_id, help="Id of a run, as in sunwi runs list.")
]
TrackingsOption = Annotated[
    list[int] | None, typer.Option("--tracking", min=1, max=MAX_ID, help="Only these (추적 번호); may be repeated.")
]


@app.command()
def start(
    ctx: typer.Context,
    *,
    scheduled: Annotated[bool, typer.Option("--scheduled", help="Dispatch today's scheduled run (정기 배치).")] = False,
    tracking_ids: TrackingsOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Wait until it is closed (끝까지 보기).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Start a run now: MANUAL, over all active trackings unless some are named (배치 시작)."""
    if scheduled and tracking_ids:
        raise InvalidInput(
            "--scheduled measures every active tracking: leave --tracking out, or leave --scheduled out",
            code="options_of_start_clash",
        )
    container = open_container(ctx)
    run = _dispatch_scheduled(container) if scheduled else _dispatch_manual(container, tracking_ids or None)
    warning = container.runs.check_capacity.warning(run)
    if not as_json:
        show_started(run, capacity_words(warning) if warning else None, follows=watch)
    elif not watch:
        show_json({**run_document(run), "capacity_warning": warning.text if warning else None})
    if watch:
        _watch(container, run.id, as_json=as_json)


@app.command()
def resume(ctx: typer.Context, run_id: RunArgument, *, as_json: JsonOption = False) -> None:
    """Send what a run never sent, and let it be watched (이어서 보내기)."""
    container = open_container(ctx)
    run = open_dispatch(container, express=not run_id.startswith("scheduled")).again(run_id)
    if as_json:
        show_json(run_document(run))
    else:
        show_started(run, None)


@app.command(name="list")
def list_runs(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the latest runs (배치 목록)."""
    runs = open_container(ctx).runs.show_run.list(limit)
    if as_json:
        show_json(progress_documents(runs))
    else:
        show_runs(runs)


@app.command()
def show(ctx: typer.Context, run_id: RunArgument, *, as_json: JsonOption = False) -> None:
    """Show a run's counts, its equation, and what each tracking got (배치 결과)."""
    _show(open_container(ctx), run_id, as_json=as_json)


@app.command()
def watch(ctx: typer.Context, run_id: RunArgument, *, as_json: JsonOption = False) -> None:
    """Wait until a run is closed (진행 보기); leaves with 1 when it failed, or measured less than half."""
    _watch(open_container(ctx), run_id, as_json=as_json)


def _dispatch_scheduled(container: "CommandContainer") -> Run:
    return open_dispatch(container, express=False).scheduled(container.adapters.clock.now())


def _dispatch_manual(container: "CommandContainer", tracking_ids: Sequence[int] | None) -> Run:
    """Start a MANUAL run once it is sure to have tasks."""
    if tracking_ids is None:
        active = TrackingFilter(status=TrackingStatus.ACTIVE)
        if not container.trackings.list_trackings.page(actor_of_cli(), active, limit=1).lines:
            raise InvalidInput(
                "there is no active tracking: add some with sunwi trackings import or add",
                code="no_active_tracking",
            )
    else:
        container.trackings.manage_trackings.check_measurable(actor_of_cli(), tracking_ids)
    dispatch = open_dispatch(container, express=True)
    return dispatch.started(RunKind.MANUAL, tracking_ids, request_id=str(uuid4()), actor=actor_of_cli())


def _watch(container: "CommandContainer", run_id: str, *, as_json: bool) -> None:
    run = watch_run(container, run_id, is_quiet=as_json, sleep=sleep)
    view = _show(container, run_id, as_json=as_json)
    if run.status is not RunStatus.CLOSED or view.counts.is_mostly_unmeasured:
        raise typer.Exit(1)


def _show(container: "CommandContainer", run_id: str, *, as_json: bool) -> RunView:
    view = container.runs.show_run.show(run_id)
    if as_json:
        show_json(view_document(view))
    else:
        show_run(view)
    return view

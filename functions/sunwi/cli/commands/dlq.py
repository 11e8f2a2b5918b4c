"""`sunwi dlq`: list dead letters by their cause, and send them back."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens import dlq_screens
from sunwi.cli.screens.dlq_screens import RedriveResult
from sunwi.cli.screens.terminal import CountScreen, show_json
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.failure import FailureCause
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.dead_letters.move_dead_letters import FASTEST_MOVE, SLOWEST_MOVE
from sunwi.service.dead_letters.redrive_dead_letters import RedriveOrder
from sunwi.service.dead_letters.view_dead_letters import DeadLetterReport
from sunwi.service.ports.dead_letters import DeadLetterQueue, Move
from sunwi.wording.dead_letters.dead_letter_documents import list_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

app = typer.Typer(no_args_is_help=True)

#: More than a person reads.
_DRY_RUN_LIMIT = 100_000

#: Slower than any crawler answers.
_SLOWEST = 0.01

QueueOption = Annotated[
    list[QueueName] | None,
    typer.Option("--queue", case_sensitive=False, help="Only of this queue (대기열); both if left out."),
]
CauseOption = Annotated[
    list[FailureCause] | None,
    typer.Option("--cause", case_sensitive=False, help="Only with this cause (원인); may be repeated."),
]
LimitOption = Annotated[int, typer.Option(min=1, max=100_000, help="Messages to read of each queue at most.")]


@app.command(name="list")
def list_letters(
    ctx: typer.Context, *, queues: QueueOption = None, limit: LimitOption = 1000, as_json: JsonOption = False
) -> None:
    """List dead letters grouped by their cause; listing changes nothing (실패 메시지 목록)."""
    container = open_container(ctx)
    reports = _view(container, _chosen(container, queues), limit=limit)
    now = container.adapters.clock.now()
    if as_json:
        show_json(list_document(reports, now=now))
    else:
        dlq_screens.show_list(reports, now=now)


@app.command()
def redrive(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    queues: QueueOption = None,
    causes: CauseOption = None,
    rate: Annotated[
        float | None,
        typer.Option(min=_SLOWEST, max=FASTEST_MOVE, help="Messages per second; what the crawler answers if left out."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Messages to send back of each queue at most.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent back.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Show the latest move of each queue (이동 상태).")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Stop moves under way (이동 중지).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send dead letters back to be measured: all at once by SQS, or by cause one by one (다시 보내기)."""
    if sum((dry_run, status, cancel)) > 1:
        raise InvalidInput(
            "--dry-run, --status and --cancel ask for different things: choose one of them",
            code="options_of_redrive_clash",
        )
    container = open_container(ctx)
    chosen = _chosen(container, queues)
    if status or cancel:
        _show_moves(chosen, cancel=cancel, as_json=as_json)
        return
    suggested = container.runs.check_capacity.answers_per_second()
    order = RedriveOrder(causes=frozenset(causes or ()), per_second=rate or suggested, limit=limit)
    if dry_run:
        reports = _view(container, chosen, limit=_DRY_RUN_LIMIT)
        dlq_screens.show_plan(reports, order, as_json=as_json)
        return
    results = [_redrive(container, queue, order, _move_rate(rate, suggested)) for queue in chosen]
    dlq_screens.show_results(results, order, as_json=as_json)
    if not all(result.is_well for result in results):
        raise typer.Exit(1)


def _chosen(container: "CommandContainer", names: Sequence[QueueName] | None) -> list[DeadLetterQueue]:
    return [container.dead_letters.queue(name) for name in dict.fromkeys(names or QueueName)]


def _view(container: "CommandContainer", queues: Sequence[DeadLetterQueue], *, limit: int) -> list[DeadLetterReport]:
    reports = []
    for queue in queues:
        with CountScreen(f"{queue.name} 읽는 중") as screen:
            reports.append(container.dead_letters.view.view(queue, limit=limit, on_progress=screen.update))
    return reports


def _redrive(
    container: "CommandContainer", queue: DeadLetterQueue, order: RedriveOrder, move_rate: int | None
) -> RedriveResult:
    """Let SQS move all where that is what is asked for and it can; else go message by message."""
    asks_for_all = not order.causes and order.limit is None
    container.dead_letters.ask_redrive.note(actor_of_cli(), queue, order)
    with CountScreen(f"{queue.name} 다시 보내는 중") as screen:
        try:
            if asks_for_all and move_rate is not None and (move := _move(container, queue, move_rate, screen)):
                return RedriveResult(queue=queue.name, move=move)
            report = container.dead_letters.redrive_one_by_one.redrive(queue, order, on_progress=screen.update)
        except Retryable as error:
            return RedriveResult(queue=queue.name, error=error)
    return RedriveResult(queue=queue.name, report=report)


def _move(container: "CommandContainer", queue: DeadLetterQueue, per_second: int, screen: CountScreen) -> Move | None:
    try:
        return container.dead_letters.move_all_at_once.move(queue, per_second=per_second, on_progress=screen.update)
    except KeyboardInterrupt:
        screen.say("SQS는 계속 옮깁니다 (상태: sunwi dlq redrive --status, 중지: --cancel)")
        raise


def _move_rate(rate: float | None, suggested: float) -> int | None:
    """Return the rate for SQS's own move, which knows whole numbers only; None when that is not what was asked for."""
    if rate is None:
        return max(SLOWEST_MOVE, math.floor(suggested))
    return math.floor(rate) if rate >= SLOWEST_MOVE else None


def _show_moves(queues: Sequence[DeadLetterQueue], *, cancel: bool, as_json: bool) -> None:
    moves = {}
    for queue in queues:
        move = queue.last_move()
        if cancel and move is not None and move.status.is_active and move.handle is not None:
            queue.cancel_move(move.handle)
            move = queue.last_move()
        moves[queue.name] = move
    dlq_screens.show_moves(moves, as_json=as_json)

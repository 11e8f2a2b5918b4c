"""`sunwi monitor`: workers, queues, jobs, hours, causes and health, once or as they change."""

from collections.abc import Callable
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.live import Live

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.error_words import korean_of
from sunwi.cli.screens.jobs.monitor_screens import draw_monitor
from sunwi.cli.screens.terminal import open_console, show_json
from sunwi.domain.job_health import HealthLevel
from sunwi.errors import InvalidInput, Retryable
from sunwi.wording.jobs.monitor_documents import monitor_document
from sunwi.wording.plain_text import plain

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Pause between two drawings.
REDRAW_SECONDS = 2.0


def monitor(
    ctx: typer.Context,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Redraw every 2 seconds until Ctrl-C (계속 보기).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show workers, queues, jobs, the last 48 hours, causes of failure and health (작업 현황).

    Leaves with 1 when jobs are in a critical state, unless it redraws.
    """
    if watch and as_json:
        raise InvalidInput("--watch redraws a screen: leave --json out", code="options_of_monitor_clash")
    container = open_container(ctx)
    if watch:
        _redraw(container, sleep=sleep)
        return
    view = container.monitor.monitor.show(actor_of_cli())
    if as_json:
        show_json(monitor_document(view))
    else:
        open_console().print(draw_monitor(view))
    if view.health.level is HealthLevel.CRITICAL:
        raise typer.Exit(1)


def _redraw(container: "CommandContainer", *, sleep: Callable[[float], None]) -> None:
    """Draw until somebody stops it; on a terminal in place, else one drawing below the other."""
    console = open_console()
    seen = Group()
    try:
        with Live(console=console, screen=console.is_terminal, auto_refresh=False) as live:
            while True:
                try:
                    seen = drawn = draw_monitor(container.monitor.monitor.show(actor_of_cli()))
                except Retryable as error:
                    drawn = Group(plain(f"주의: {korean_of(error)}"), seen)
                if console.is_terminal:
                    live.update(drawn, refresh=True)
                else:
                    console.print(drawn)
                sleep(REDRAW_SECONDS)
    except KeyboardInterrupt:
        return

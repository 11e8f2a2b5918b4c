"""`sunwi watch`: was the night as it should have been?"""

from typing import Annotated

import typer

from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.terminal import show_json
from sunwi.cli.screens.watch_screens import show_watch, watch_document
from sunwi.service.watchdog.parse_watch_event import parse_day


def watch(
    ctx: typer.Context,
    *,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="KST date, as 2026-01-02 (날짜).")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Put right what is safe (안전한 것은 바로잡기).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check whether the night's run started, ended, balanced and measured everything (감시).

    Leaves with 0 when all is well, and with 1 when a problem is left.
    """
    day = None if date is None else parse_day(date)
    container = open_container(ctx)
    container.adapters.settings.require("state_machine_arn")
    report = container.watchdog.watch_day.check(day, repair=repair)
    if as_json:
        show_json(watch_document(report))
    else:
        show_watch(report)
    if report.left:
        raise typer.Exit(1)

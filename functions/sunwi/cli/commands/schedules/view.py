"""`sunwi schedules list`: what is submitted when, and when next."""

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import JsonOption, container_of
from sunwi.cli.screens.schedules.schedule_screens import show_schedules
from sunwi.cli.screens.terminal import show_json
from sunwi.wording.schedules.schedule_documents import list_document


def list_schedules(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """List the schedules, the daily run among them, and when each is due next in Korean time (일정 목록)."""
    lines = container_of(ctx).schedules.list_schedules.list(actor_of_cli())
    if as_json:
        show_json(list_document(lines))
    else:
        show_schedules(lines)

"""`sunwi schedules set`, `pause`, `resume` and `remove`: deployments leave what they change."""

from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.options import chosen_priority
from sunwi.cli.commands.jobs.parse_params import parse_params
from sunwi.cli.commands.schedules.options import NameArgument
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.schedules.schedule_screens import show_removed, show_schedule
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.errors import InvalidInput
from sunwi.service.schedules.list_schedules import line_of
from sunwi.service.schedules.parse_when import parse_when
from sunwi.wording.schedules.schedule_documents import schedule_document
from sunwi.wording.schedules.schedule_words import stored_name

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer


def set_schedule(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    name: NameArgument,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHEN…",
            help="daily 03:00, weekly mon,wed 09:00, weekdays 18:00, monthly 1 00:00, monthly last 00:00, hourly 30, "
            "every 15m, every 6h, once 2026-01-02T03:00; or 매일 03:00, 매주 월,수 09:00, 평일 18:00, 매월 말일 00:00, "
            "매시 30분, 15분마다, 한번 2026-01-02T03:00 (언제).",
        ),
    ] = None,
    *,
    work: Annotated[
        str | None, typer.Option("--work", help="Kind of job to submit; of a new schedule, or in place (종류).")
    ] = None,
    params: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="One param of it, as of sunwi jobs submit (입력)."),
    ] = None,
    priority: Annotated[
        str | None, typer.Option(help="critical (긴급), high (높음), normal (보통) or low (낮음) (우선순위).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Set when a schedule is due, in Korean time; with --work what it submits, too (일정 바꾸기).

    A name that is not there makes a new schedule. A day from the 29th on is the last day of the month.
    """
    if not words and work is None:
        raise InvalidInput(
            "nothing is to be changed: write when the schedule is due, or what it submits with --work",
            code="nothing_to_set",
        )
    if work is None and (params or priority is not None):
        raise InvalidInput("--param and --priority are of a job: name it with --work", code="params_without_work")
    container = open_container(ctx)
    when = parse_when(" ".join(words), now=container.adapters.clock.now()) if words else None
    order = None
    if work is not None:
        order = JobOrder(work=work, params=parse_params(params or ()), priority=chosen_priority(priority))
    schedule = container.schedules.set_schedule.set(actor_of_cli(), stored_name(name), when=when, order=order)
    _show(container, schedule, as_json=as_json)


def pause(ctx: typer.Context, name: NameArgument, *, as_json: JsonOption = False) -> None:
    """Let a schedule be due no more; what falls into the pause is left out (일정 멈추기)."""
    container = open_container(ctx)
    schedule = container.schedules.switch_schedule.pause(actor_of_cli(), stored_name(name))
    _show(container, schedule, as_json=as_json)


def resume(ctx: typer.Context, name: NameArgument, *, as_json: JsonOption = False) -> None:
    """Let a schedule be due again (일정 다시 켜기)."""
    container = open_container(ctx)
    schedule = container.schedules.switch_schedule.resume(actor_of_cli(), stored_name(name))
    _show(container, schedule, as_json=as_json)


def remove(ctx: typer.Context, name: NameArgument, *, as_json: JsonOption = False) -> None:
    """Delete a schedule that somebody has made; Sunwi's own are paused instead (일정 지우기)."""
    stored = stored_name(name)
    open_container(ctx).schedules.switch_schedule.remove(actor_of_cli(), stored)
    if as_json:
        show_json({"name": stored, "is_removed": True})
    else:
        show_removed(stored)


def _show(container: "CommandContainer", schedule: JobSchedule, *, as_json: bool) -> None:
    line = line_of(schedule, now=container.adapters.clock.now())
    if as_json:
        show_json(schedule_document(line))
    else:
        show_schedule(line)

"""`sunwi jobs submit` and `submit-file`: one job, or up to 10,000 of a file."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.answer_submitted import WatchOption, answer_submitted
from sunwi.cli.commands.jobs.options import KeyOption, NotifyOption, chosen_priority
from sunwi.cli.commands.jobs.parse_params import parse_params
from sunwi.cli.commands.jobs.submit_once import submit_once
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.error_words import english_of
from sunwi.cli.moments import parse_moment
from sunwi.cli.read_file import read_bytes
from sunwi.cli.screens.jobs.submit_screens import show_bulk, show_submitted
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.job_order import JobOrder
from sunwi.wording.jobs.submit_documents import bulk_document


def submit(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    work: Annotated[str, typer.Argument(help="Kind of job, lookup for instance (종류).")],
    *,
    params: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            metavar="NAME=VALUE",
            help="One param (입력); name:=JSON for numbers and lists, a.b=… for objects; may be repeated.",
        ),
    ] = None,
    params_json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSON object of params, - for standard input (입력 파일)."),
    ] = None,
    priority: Annotated[
        str | None, typer.Option(help="critical (긴급), high (높음), normal (보통) or low (낮음) (우선순위).")
    ] = None,
    not_before: Annotated[
        str | None, typer.Option(metavar="TIME", help="Not before 2026-01-02T03:00, Korean time (예약).")
    ] = None,
    limit_seconds: Annotated[int | None, typer.Option(min=1, help="Seconds it may run (최대 실행 시간).")] = None,
    notify: NotifyOption = None,
    key: KeyOption = None,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Submit one job (작업 제출).

    With --watch it leaves with 0 when the job succeeded, and with 1 when it did not.
    """
    order = JobOrder(
        work=work,
        params=parse_params(params or (), file=params_json),
        priority=chosen_priority(priority),
        not_before=None if not_before is None else parse_moment(not_before),
        limit_seconds=limit_seconds,
        notify=_notify(notify),
    )
    _submit(ctx, order, key=key, watch=watch, as_json=as_json)


def _submit(ctx: typer.Context, order: JobOrder, *, key: str | None, watch: bool, as_json: bool) -> None:
    container, actor = open_container(ctx), actor_of_cli()
    submit_job = container.jobs.submit_job
    submitted = submit_once(lambda used: submit_job.submit(actor, order, idempotency_key=used), key=key)
    if not as_json:
        show_submitted(submitted, now=container.adapters.clock.now(), follows=watch)
    is_repeat = {"is_repeat": submitted.is_repeat}
    answer_submitted(container, submitted, watch=watch, write=(lambda job: {**job, **is_repeat}) if as_json else None)


def submit_file(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV (UTF-8, cp949) or Excel (.xlsx).")
    ],
    *,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; the first one shown when left out (시트).")] = "",
    partial: Annotated[bool, typer.Option("--partial", help="Submit the good rows although others are bad.")] = False,
    notify: NotifyOption = None,
    key: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Submit up to 10,000 jobs of a CSV file or Excel workbook, all or none (작업 일괄 제출).

    Columns: work (작업), then params (입력, a JSON object) or param.<name>, param.<name>:= for JSON,
    priority (우선순위), not_before (예약), notify (알릴 채널): --notify is for rows that name no channel.

    Leaves with 1 when a row is refused.
    """
    data = read_bytes(file)
    container = open_container(ctx)
    rows = container.jobs.read_job_file.read(data, sheet=sheet)
    orders = [order if order.notify is not None else replace(order, notify=_notify(notify)) for order in rows.orders]
    actor, submit_bulk = actor_of_cli(), container.jobs.submit_bulk
    answer = submit_once(
        lambda used: submit_bulk.submit(actor, orders, partial=partial, idempotency_key=used, problems=rows.problems),
        key=key,
    )
    if as_json:
        show_json(bulk_document(answer, rows.lines, describe=english_of))
    else:
        show_bulk(answer, rows.lines)
    if answer.refused:
        raise typer.Exit(1)


def _notify(channel: str | None) -> dict[str, str] | None:
    return None if channel is None else {"channel": channel}

"""`sunwi evaluation run`: judge now what has changed."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.answer_submitted import WatchOption, answer_submitted
from sunwi.cli.commands.jobs.options import KeyOption
from sunwi.cli.commands.jobs.submit_once import submit_once
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.submit_screens import show_submitted
from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.job_order import JobOrder
from sunwi.service.watchdog.parse_watch_event import parse_day


def run(
    ctx: typer.Context,
    *,
    day: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A Korean date whose night is over although no run of it has closed (날짜)."),
    ] = None,
    key: KeyOption = None,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge every day that has changed since it was judged, and tell what came of it (평가 실행).

    The end of each night's run does so by itself, and so does the schedule at midnight.
    """
    params = {} if day is None else {"day": parse_day(day).isoformat()}
    order = JobOrder(work=EVALUATION_WORK, params=params)
    container, actor = open_container(ctx), actor_of_cli()
    submit_job = container.jobs.submit_job
    submitted = submit_once(lambda used: submit_job.submit(actor, order, idempotency_key=used), key=key)
    if not as_json:
        show_submitted(submitted, now=container.adapters.clock.now(), follows=watch)
    is_repeat = {"is_repeat": submitted.is_repeat}
    answer_submitted(container, submitted, watch=watch, write=(lambda job: {**job, **is_repeat}) if as_json else None)

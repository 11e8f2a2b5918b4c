"""`sunwi schedules run`: what a schedule submits, now."""

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.answer_submitted import WatchOption, answer_submitted
from sunwi.cli.commands.jobs.submit_once import submit_once
from sunwi.cli.commands.schedules.options import NameArgument
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.submit_screens import show_submitted
from sunwi.wording.schedules.schedule_words import stored_name


def run(ctx: typer.Context, name: NameArgument, *, watch: WatchOption = False, as_json: JsonOption = False) -> None:
    """Submit what a schedule submits, now, as a job of your own; when it is due next stays (일정 바로 실행).

    With --watch it leaves with 0 when the job succeeded, and with 1 when it did not.
    """
    container, actor, stored = open_container(ctx), actor_of_cli(), stored_name(name)
    run_schedule = container.schedules.run_schedule
    submitted = submit_once(lambda used: run_schedule.run(actor, stored, idempotency_key=used), key=None)
    if not as_json:
        show_submitted(submitted, now=container.adapters.clock.now(), follows=watch)
    answer_submitted(container, submitted, watch=watch, write=(lambda job: job) if as_json else None)

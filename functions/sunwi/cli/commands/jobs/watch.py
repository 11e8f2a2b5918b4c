"""`sunwi jobs watch`: a moving bar for each job."""

from collections.abc import Sequence
from time import sleep
from typing import TYPE_CHECKING

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.follow_jobs import follow_jobs
from sunwi.cli.commands.jobs.options import MaybeJobsArgument
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.job_screens import show_job
from sunwi.cli.screens.jobs.submit_screens import show_ends
from sunwi.cli.screens.jobs.watch_screen import JobWatchScreen
from sunwi.cli.screens.terminal import open_console, show_json
from sunwi.domain.job import ACTIVE, JobState
from sunwi.domain.job_answers import ShownJob
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.errors import InvalidInput
from sunwi.wording.jobs.job_documents import shown_job_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Bars that a person can follow.
MOST_WATCHED = 50


def watch(ctx: typer.Context, job_ids: MaybeJobsArgument = None, *, as_json: JsonOption = False) -> None:
    """Wait until jobs have ended; without ids, those that wait or run now (진행 보기).

    Leaves with 0 when all of them succeeded, and with 1 when one did not.
    """
    container = open_container(ctx)
    shown = watch_jobs(container, job_ids or _active(container), is_quiet=as_json)
    if as_json:
        show_json({"jobs": [shown_job_document(one) for one in shown]})
    else:
        _show_end(container, shown)
    require_success(shown)


def watch_jobs(container: "CommandContainer", job_ids: Sequence[str], *, is_quiet: bool) -> list[ShownJob]:
    """Show jobs until they have ended, and return them then.

    Raises:
        InvalidInput: There is no such job, or there are too many to watch.
        Retryable: A job is long overdue and nobody ends it.
    """
    once = list(dict.fromkeys(job_ids))
    if len(once) > MOST_WATCHED:
        raise InvalidInput(
            f"{len(once)} jobs are too many to watch: name {MOST_WATCHED} at most",
            code="watched_too_many",
            count=len(once),
            most=MOST_WATCHED,
        )
    return follow_jobs(container, once, JobWatchScreen(is_quiet=is_quiet), sleep=sleep)


def require_success(shown: Sequence[ShownJob]) -> None:
    """Leave with 1 unless every job succeeded.

    Raises:
        Exit: One did not.
    """
    if any(one.job.state is not JobState.SUCCEEDED for one in shown):
        raise typer.Exit(1)


def _active(container: "CommandContainer") -> list[str]:
    query = JobQuery(wanted=JobFilter(states=ACTIVE), actor=actor_of_cli(), limit=MOST_WATCHED)
    return [job.id for job in container.jobs.list_jobs.page(query).jobs]


def _show_end(container: "CommandContainer", shown: Sequence[ShownJob]) -> None:
    now = container.adapters.clock.now()
    match shown:
        case []:
            open_console().print("기다리거나 진행 중인 작업이 없습니다")
        case [one]:
            show_job(one, now=now)
        case _:
            show_ends([one.job for one in shown], now=now)

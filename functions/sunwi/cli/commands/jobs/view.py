"""`sunwi jobs list` and `show`."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.options import CauseOption, JobArgument, WorkOption
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.moments import parse_moment
from sunwi.cli.screens.jobs.job_screens import show_job, show_page
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.job import JobState
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.wording.jobs.job_documents import job_page_document, shown_job_document

#: Jobs of one page, at most.
MAX_PAGE_LENGTH = 1000


def list_jobs(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    states: Annotated[
        list[JobState] | None,
        typer.Option("--state", case_sensitive=False, help="Only in this state (상태); may be repeated."),
    ] = None,
    work: WorkOption = "",
    cause: CauseOption = "",
    mine: Annotated[bool, typer.Option("--mine", help="Only what this account submitted here (내 작업).")] = False,
    batch: Annotated[str, typer.Option(help="Only of this bulk submission (묶음).")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only submitted since 2026-01-02, Korean time (언제부터).")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_PAGE_LENGTH, help="At most so many (최대 건수).")] = 20,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Go on behind an earlier page (이어보기).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List jobs, newest first (작업 목록)."""
    actor = actor_of_cli()
    wanted = JobFilter(
        states=tuple(states or ()),
        work=work,
        code=cause,
        owner=actor.owner if mine else "",
        batch_id=batch,
        since=None if since is None else parse_moment(since),
    )
    container = open_container(ctx)
    page = container.jobs.list_jobs.page(JobQuery(wanted=wanted, actor=actor, limit=limit, before=after))
    if as_json:
        show_json(job_page_document(page))
    else:
        show_page(page, now=container.adapters.clock.now())


def show(ctx: typer.Context, job_id: JobArgument, *, as_json: JsonOption = False) -> None:
    """Show a job, its attempts over time, and why it failed (작업 보기)."""
    container = open_container(ctx)
    shown = container.jobs.show_job.show(actor_of_cli(), job_id)
    if as_json:
        show_json(shown_job_document(shown))
    else:
        show_job(shown, now=container.adapters.clock.now())

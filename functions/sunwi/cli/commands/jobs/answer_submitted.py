"""What a command that submits one job answers: the job, or how it ended."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwi.cli.commands.jobs.watch import require_success, watch_jobs
from sunwi.cli.screens.jobs.job_screens import show_job
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.job_answers import Submitted
from sunwi.wording.jobs.job_documents import job_document, shown_job_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

WatchOption = Annotated[bool, typer.Option("--watch", help="Wait until it has ended (끝까지 보기).")]


def answer_submitted(
    container: "CommandContainer",
    submitted: Submitted,
    *,
    watch: bool,
    write: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None,
) -> None:
    """Print the document of a job that was submitted, or follow it to its end and print what became of it.

    Args:
        container: Of this command.
        submitted: What has been printed already where no document is asked for.
        watch: Wait until it has ended.
        write: Puts the job's document into the command's; None prints for people.

    Raises:
        Exit: It was watched and did not succeed.
    """
    if not watch:
        if write is not None:
            show_json(write(job_document(submitted.job)))
        return
    (ended,) = watch_jobs(container, [submitted.job.id], is_quiet=write is not None)
    if write is not None:
        show_json(write(shown_job_document(ended)))
    else:
        show_job(ended, now=container.adapters.clock.now())
    require_success([ended])

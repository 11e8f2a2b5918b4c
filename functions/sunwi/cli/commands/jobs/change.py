"""`sunwi jobs cancel` and `retry`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.options import CauseOption, JobsArgument, MaybeJobsArgument, WorkOption
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.error_words import english_of
from sunwi.cli.screens.jobs.submit_screens import show_cancelled, show_retried
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.job import JobState
from sunwi.domain.job_list import FailedJobs, JobFilter
from sunwi.errors import InvalidInput
from sunwi.wording.jobs.submit_documents import cancel_document, retry_document

if TYPE_CHECKING:
    from sunwi.domain.job_answers import CancelAnswer


class RetryableState(StrEnum):
    """States that a retry leads out of, as they are typed."""

    FAILED = JobState.FAILED.value
    EXPIRED = JobState.EXPIRED.value


def cancel(ctx: typer.Context, job_ids: JobsArgument, *, as_json: JsonOption = False) -> None:
    """Cancel jobs: what waits ends at once, what runs stops at its next safe point (취소).

    Leaves with 1 when one of them cannot be cancelled, since it has ended for instance.
    """
    container, actor = open_container(ctx), actor_of_cli()
    answers: dict[str, CancelAnswer | InvalidInput] = {}
    for job_id in dict.fromkeys(job_ids):
        try:
            answers[job_id] = container.jobs.cancel_job.cancel(actor, job_id)
        except InvalidInput as error:
            answers[job_id] = error
    if as_json:
        show_json(cancel_document(answers, describe=english_of))
    else:
        show_cancelled(answers)
    if any(isinstance(answer, InvalidInput) for answer in answers.values()):
        raise typer.Exit(1)


def retry(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    job_ids: MaybeJobsArgument = None,
    *,
    cause: CauseOption = "",
    work: WorkOption = "",
    states: Annotated[
        list[RetryableState] | None,
        typer.Option("--state", case_sensitive=False, help="Only in this state (상태); may be repeated."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="From the beginning, without its checkpoint (처음부터).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Let failed and expired jobs wait again: by id, by cause, kind or state (다시 시도).

    Leaves with 1 when one of them cannot be retried.
    """
    if not (job_ids or cause or work or states):
        raise InvalidInput(
            "nothing is to be retried: name jobs, or use --cause, --work or --state", code="retry_of_nothing"
        )
    wanted = JobFilter(states=tuple(JobState(state.value) for state in states or ()), work=work, code=cause)
    failed = FailedJobs(wanted=wanted, actor=actor_of_cli(), job_ids=list(dict.fromkeys(job_ids)) if job_ids else None)
    verdicts = open_container(ctx).jobs.retry_jobs.retry(failed.actor, failed, fresh=fresh)
    if as_json:
        show_json(retry_document(verdicts, describe=english_of))
    else:
        show_retried(verdicts)
    if any(verdict.error is not None for verdict in verdicts):
        raise typer.Exit(1)

"""Arguments and options that commands of jobs share."""

from typing import Annotated

import typer

from sunwi.domain.job_priority import Priority, parse_priority

JobArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of a job, as in sunwi jobs list (작업 번호).")]
JobsArgument = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of jobs (작업 번호).")]
MaybeJobsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[ID…]", help="Ids of jobs (작업 번호); see below when left out.")
]
WorkOption = Annotated[str, typer.Option("--work", help="Only of this kind, lookup for instance (종류).")]
CauseOption = Annotated[str, typer.Option("--cause", help="Only failed with this code, crash for instance (원인).")]
KeyOption = Annotated[
    str | None, typer.Option("--idempotency-key", help="The same key again returns the first answer (중복 방지 키).")
]
NotifyOption = Annotated[
    str | None, typer.Option(metavar="CHANNEL", help="Tell this channel of a job's end (끝나면 알릴 채널).")
]


def chosen_priority(text: str | None) -> Priority | None:
    """Read a priority; None when none was typed.

    Raises:
        InvalidInput: There is none of that name.
    """
    return None if text is None else parse_priority(text)

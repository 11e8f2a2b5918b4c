"""`sunwi jobs undo`: take a bulk action back."""

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.answer_submitted import WatchOption, answer_submitted
from sunwi.cli.commands.jobs.options import JobArgument
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.submit_screens import show_undone
from sunwi.cli.screens.terminal import show_json
from sunwi.wording.jobs.submit_documents import undo_document


def undo(ctx: typer.Context, job_id: JobArgument, *, watch: WatchOption = False, as_json: JsonOption = False) -> None:
    """Take a bulk action back: exactly what it changed, where that is still as it left it (되돌리기).

    One that has not begun is cancelled. With --watch it leaves with 1 when what takes it back did not succeed.
    """
    container = open_container(ctx)
    submitted = container.bulk_actions.undo_bulk_action.undo(actor_of_cli(), job_id)
    if not as_json:
        show_undone(job_id, submitted, follows=watch)
    if submitted is not None:
        is_repeat = submitted.is_repeat
        write = (lambda job: undo_document(job_id, job, is_repeat=is_repeat)) if as_json else None
        answer_submitted(container, submitted, watch=watch, write=write)
    elif as_json:
        show_json(undo_document(job_id, None, is_repeat=False))

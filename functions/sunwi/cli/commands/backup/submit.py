"""`sunwi backup now`, `verify` and `restore`: each has a worker do it, as a job."""

from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.answer_submitted import WatchOption, answer_submitted
from sunwi.cli.commands.jobs.submit_once import submit_once
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.submit_screens import show_submitted
from sunwi.domain.backup import BACKUP, RESTORE, VERIFY
from sunwi.domain.job_order import JobOrder
from sunwi.service.backup.list_backups import LATEST

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

KeyArgument = Annotated[
    str,
    typer.Argument(
        metavar="BACKUP", help=f"Its name or key, as in sunwi backup list, or {LATEST} for the last good one (백업)."
    ),
]


def back_up(ctx: typer.Context, *, watch: WatchOption = False, as_json: JsonOption = False) -> None:
    """Back the database up now (백업).

    With --watch it leaves with 0 when the backup was read back whole, and with 1 when there is none.
    """
    _submit(open_container(ctx), JobOrder(work=BACKUP, params={}), watch=watch, as_json=as_json)


def verify(ctx: typer.Context, backup: KeyArgument, *, watch: WatchOption = False, as_json: JsonOption = False) -> None:
    """Read a stored backup to its end, and compare it with what was stored (백업 검증).

    With --watch it leaves with 1 when it is no longer that.
    """
    container = open_container(ctx)
    key = container.backup.list_backups.key_of(backup)
    _submit(container, JobOrder(work=VERIFY, params={"key": key}), watch=watch, as_json=as_json)


def restore(
    ctx: typer.Context,
    backup: KeyArgument,
    *,
    into: Annotated[str, typer.Option(metavar="DATABASE", help="Empty database on the same server (복원할 곳).")],
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty database beside the one in use, all of it or nothing (복원).

    Then run db adopt on that database, and deploy with its name. With --watch it leaves with 1 if nothing is restored.
    """
    container = open_container(ctx)
    key = container.backup.list_backups.key_of(backup)
    _submit(container, JobOrder(work=RESTORE, params={"key": key, "into": into}), watch=watch, as_json=as_json)


def _submit(container: "CommandContainer", order: JobOrder, *, watch: bool, as_json: bool) -> None:
    actor, submit_job = actor_of_cli(), container.jobs.submit_job
    submitted = submit_once(lambda used: submit_job.submit(actor, order, idempotency_key=used), key=None)
    if not as_json:
        show_submitted(submitted, now=container.adapters.clock.now(), follows=watch)
    answer_submitted(container, submitted, watch=watch, write=dict if as_json else None)

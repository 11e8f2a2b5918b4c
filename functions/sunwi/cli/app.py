"""The root command: global options, and what every error becomes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sunwi.cli.commands import (
    add_trackings,
    bulk_trackings,
    database,
    dlq,
    doctor,
    list_trackings,
    name_owners,
    owners,
    proof,
    rank,
    recount,
    recover_runs,
    runs,
    serp,
    trackings,
    watch,
)
from sunwi.cli.commands.accounts import accounts, audit, keys
from sunwi.cli.commands.archive import archive, privacy
from sunwi.cli.commands.backup import group as backup
from sunwi.cli.commands.evaluation import group as evaluation
from sunwi.cli.commands.evaluation import thresholds
from sunwi.cli.commands.jobs import group as jobs
from sunwi.cli.commands.jobs import monitor, pool
from sunwi.cli.commands.notices import channels, notices
from sunwi.cli.commands.schedules import group as schedules
from sunwi.cli.screens.error_screens import show_error
from sunwi.errors import InvalidInput, SunwiError
from sunwi.observability import configure_logging
from sunwi.settings import apply_environment_file, names_database

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Written by the local stack while it is up.
LOCAL_ENVIRONMENT_FILE = Path(".local/env")

#: Typer's error of a group without a command, whose message is the help.
_ASKS_FOR_HELP = "NoArgsIsHelpError"

_FAILED = 1
_BAD_ARGUMENTS = 2


class SunwiGroup(TyperGroup):
    """Turns errors into one sentence, one JSON document when asked, and an exit code."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # the public context
        """Remember whether JSON is asked for, since an option may be wrong before it is read."""
        ctx.meta["as_json"] = "--json" in args
        with _reported(as_json="--json" in args):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # noqa: ANN401 - Typer's own signature
        """Run the command."""
        with _reported(as_json=ctx.meta["as_json"]):
            return super().invoke(ctx)


@contextmanager
def _reported(*, as_json: bool) -> Iterator[None]:
    try:
        yield
    except SunwiError as error:
        show_error(error, as_json=as_json)
        code = _BAD_ARGUMENTS if isinstance(error, InvalidInput) else _FAILED
        raise typer.Exit(code) from error
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        if type(error).__name__ == _ASKS_FOR_HELP and not as_json:
            raise
        show_error(error, as_json=as_json, command=context.command_path if context else "sunwi")
        raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    cls=SunwiGroup,
    name="sunwi",
    help="Sunwi (순위): the daily Naver rank tracker. 추적 등록, 배치 실행, 회차 확인.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.add_typer(
    trackings.app,
    name="trackings",
    help="Trackings (추적): import, add, list, show, change, tag, pause, resume, end, bulk, proof, recount.",
)
app.add_typer(owners.agencies, name="agencies", help="Agencies (업체): list, add, rename, look-alikes, merge.")
app.add_typer(
    owners.clients, name="clients", help="Clients (광고주): list, add, rename, look-alikes, merge, thresholds."
)
app.add_typer(
    accounts.app,
    name="accounts",
    help="Accounts (계정): invite, list, change, disable, enable, sessions, sign-out.",
)
app.add_typer(keys.app, name="keys", help="API keys (키): make, list, revoke.")
app.add_typer(audit.app, name="audit", help="Who did what (감사 기록): list.")
app.add_typer(runs.app, name="runs", help="Runs (배치): start, list, show, watch, resume, cancel, retry-failed.")
app.add_typer(
    jobs.app, name="jobs", help="Jobs (작업): submit, submit-file, list, show, watch, cancel, retry, undo, result."
)
app.add_typer(pool.app, name="pool", help="Workers of jobs (워커): show, pause, resume, limits.")
app.add_typer(schedules.app, name="schedules", help="Schedules (일정): list, set, pause, resume, run, remove.")
app.add_typer(notices.app, name="notices", help="Notices (알림): list, test, resend, mute.")
app.add_typer(channels.app, name="channels", help="Channels (채널): add, list and remove where notices go.")
app.add_typer(evaluation.app, name="evaluation", help="Evaluation (평가): list, show, run.")
owners.agencies.command(name="add")(name_owners.add_agency)
owners.agencies.command(name="rename")(name_owners.rename_agency)
owners.clients.command(name="add")(name_owners.add_client)
owners.clients.command(name="rename")(name_owners.rename_client)
owners.clients.command(name="thresholds")(thresholds.thresholds)
app.command(name="monitor")(monitor.monitor)
app.command(name="rank")(rank.look_up)
app.add_typer(serp.app, name="serp", help="Result pages (검색 결과): read a stored or live page, replay a run's pages.")
app.add_typer(database.app, name="db", help="Database (데이터베이스): upgrade, status, adopt, rebuild-state.")
app.add_typer(backup.app, name="backup", help="Backups (백업): now, list, verify, restore.")
app.add_typer(archive.app, name="archive", help="Archived rows (보관): list, show, restore.")
app.add_typer(privacy.app, name="privacy", help="What is held about a person (개인 정보): show, erase.")
app.add_typer(dlq.app, name="dlq", help="Dead letters (실패 메시지): list them by cause, send them back.")
app.command(name="doctor")(doctor.examine)
runs.app.command(name="cancel")(recover_runs.cancel)
runs.app.command(name="retry-failed")(recover_runs.retry_failed)
app.command(name="watch")(watch.watch)
trackings.app.command(name="list")(list_trackings.list_trackings)
trackings.app.command(name="import")(add_trackings.import_file)
trackings.app.command(name="add")(add_trackings.add)
trackings.app.command(name="bulk")(bulk_trackings.act_on_all)
trackings.app.command(name="proof")(proof.prove)
trackings.app.command(name="recount")(recount.recount)


def _show_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag's value alone
    if asked:
        sys.stdout.write(f"sunwi {version('sunwi')}\n")
        raise typer.Exit


@app.callback()
def configure(
    ctx: typer.Context,
    *,
    env_file: Annotated[
        Path | None,
        typer.Option(help=f"Settings, one NAME=value a line; {LOCAL_ENVIRONMENT_FILE} unless a database is set."),
    ] = None,
    show_version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True)] = False,  # noqa: ARG001 - its callback does it
) -> None:
    """Sunwi (순위): the daily Naver rank tracker. 추적 등록, 배치 실행, 회차 확인."""
    configure_logging("ERROR", stream=sys.stderr)
    if env_file is not None:
        if not env_file.is_file():
            raise InvalidInput(
                f"there is no environment file {env_file}",
                code="environment_file_missing",
                path=str(env_file),
            )
        apply_environment_file(env_file)
    elif LOCAL_ENVIRONMENT_FILE.is_file() and not names_database():
        apply_environment_file(LOCAL_ENVIRONMENT_FILE)
    if ctx.obj is None:
        ctx.obj = _bootstrap


def _bootstrap() -> "CommandContainer":
    """Build the container; what it brings along is only imported for commands that use it."""
    from sunwi.bootstrap.command_line import CommandContainer  # noqa: PLC0415 - see the docstring

    return CommandContainer.bootstrap()


def main() -> None:
    """Run the command line, and leave with its exit code: 0 fine, 1 failed, 2 bad arguments."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="sunwi")

"""`sunwi pool`: how many workers jobs have, and whether they are admitted."""

from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.pool_screens import show_pool
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.worker_pool import MOST_WORKERS
from sunwi.errors import InvalidInput
from sunwi.wording.jobs.pool_documents import pool_view_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

app = typer.Typer(no_args_is_help=True)


@app.command()
def show(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show how many workers there are, what waits for them, and the last changes (워커 보기)."""
    _show(open_container(ctx), as_json=as_json)


@app.command()
def pause(
    ctx: typer.Context,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also Sunwi's own jobs, backups for instance (모두).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start no more jobs of people and agencies; what runs goes on (멈춤)."""
    container = open_container(ctx)
    container.jobs.manage_pool.pause(actor_of_cli(), everything=everything)
    _show(container, as_json=as_json)


@app.command()
def resume(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Start jobs again (다시 받기)."""
    container = open_container(ctx)
    container.jobs.manage_pool.resume(actor_of_cli())
    _show(container, as_json=as_json)


@app.command()
def limits(
    ctx: typer.Context,
    *,
    least: Annotated[int | None, typer.Option("--min", min=1, max=MOST_WORKERS, help="Never fewer (최소).")] = None,
    most: Annotated[int | None, typer.Option("--max", min=1, max=MOST_WORKERS, help="Never more (최대).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Set how few and how many workers there may be; what is left out stays (워커 한도)."""
    if least is None and most is None:
        raise InvalidInput("no limit is to be changed: use --min or --max", code="no_limit_given")
    container = open_container(ctx)
    container.jobs.manage_pool.set_limits(actor_of_cli(), least=least, most=most)
    _show(container, as_json=as_json)


def _show(container: "CommandContainer", *, as_json: bool) -> None:
    view = container.jobs.manage_pool.show(actor_of_cli())
    if as_json:
        show_json(pool_view_document(view))
    else:
        show_pool(view)

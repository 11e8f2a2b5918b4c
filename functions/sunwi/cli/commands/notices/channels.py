"""`sunwi channels`: add, list and remove where notices go."""

import sys
from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.notices.options import ChannelArgument, chosen_audience, chosen_quiet
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.notices.channel_screens import show_added, show_channels, show_removed
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind
from sunwi.service.notices.manage_channels import ChannelOrder
from sunwi.wording.notices.notice_documents import channel_document

app = typer.Typer(no_args_is_help=True)

#: Stands for standard input, so that a hook's address is in no shell's history.
_STANDARD_INPUT = "-"


@app.command()
def add(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new channel (이름).")],
    kind: Annotated[ChannelKind, typer.Argument(case_sensitive=False, help="How it is reached (종류).")],
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Hook's URL or e-mail address, - for standard input (주소).")
    ],
    *,
    audience: Annotated[
        str, typer.Option(metavar="WHOSE", help="system, agency:NUMBER or client:NUMBER (대상).")
    ] = "system",
    only: Annotated[
        list[NoticeKind] | None,
        typer.Option("--only", case_sensitive=False, help="Only this kind of notice (받는 알림); may be repeated."),
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(metavar="FROM-UNTIL", help="Quiet hours as 22:00-08:00, Korean time (조용한 시간).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a channel: a Slack hook, an e-mail address, or a webhook (채널 추가).

    The secret that signs a webhook's messages is printed this once.
    """
    quiet_from, quiet_until = chosen_quiet(quiet)
    order = ChannelOrder(
        name=name,
        kind=kind,
        address=sys.stdin.readline() if address == _STANDARD_INPUT else address,
        audience=chosen_audience(audience),
        kinds=frozenset(only or ()),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )
    added = open_container(ctx).notices.manage_channels.add(actor_of_cli(), order)
    if as_json:
        show_json({**channel_document(added.listed), "secret": added.secret})
    else:
        show_added(added.listed, added.secret)


@app.command(name="list")
def list_channels(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """List channels; of a hook's address the last four characters (채널 목록)."""
    container = open_container(ctx)
    channels = container.notices.manage_channels.list_all(actor_of_cli())
    if as_json:
        show_json({"channels": [channel_document(listed) for listed in channels]})
    else:
        show_channels(channels, now=container.adapters.clock.now())


@app.command()
def remove(ctx: typer.Context, name: ChannelArgument, *, as_json: JsonOption = False) -> None:
    """Remove a channel and forget its address; what waits for it is not sent (채널 삭제)."""
    dead = open_container(ctx).notices.manage_channels.remove(actor_of_cli(), name)
    if as_json:
        show_json({"channel": name, "dead": dead})
    else:
        show_removed(name, dead)

"""`sunwi agencies` and `sunwi clients`: list them, find look-alikes, make two one."""

import sys
from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.owner_screens import show_agencies, show_clients, show_look_alikes, show_merge
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.owner import Agency, Client
from sunwi.observability import configure_logging
from sunwi.service.owners.merge_owners import Merge
from sunwi.wording.owner_documents import agency_document, client_document, merge_document

agencies = typer.Typer(no_args_is_help=True)
clients = typer.Typer(no_args_is_help=True)

KeptArgument = Annotated[int, typer.Argument(metavar="KEPT", min=1, max=MAX_ID, help="Number of the one that remains.")]
OtherArgument = Annotated[
    int, typer.Argument(metavar="OTHER", min=1, max=MAX_ID, help="Number of the one that becomes one with it.")
]
ApplyOption = Annotated[bool, typer.Option("--apply", help="Do it; without, only show what would be done.")]


@agencies.command(name="list")
def list_agencies(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """List agencies with the number of their trackings (업체 목록)."""
    found = open_container(ctx).owners.list_owners.agencies()
    if as_json:
        show_json({"agencies": [agency_document(agency) for agency in found]})
    else:
        show_agencies(found)


@clients.command(name="list")
def list_clients(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """List clients with their agencies and the number of their trackings (광고주 목록)."""
    found = open_container(ctx).owners.list_owners.clients()
    if as_json:
        show_json({"clients": [client_document(client) for client in found]})
    else:
        show_clients(found)


@agencies.command(name="look-alikes")
def list_agencies_alike(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """List agencies whose names differ only in case, spaces or how letters are composed (비슷한 업체 이름)."""
    groups = open_container(ctx).owners.list_owners.look_alikes().agencies
    if as_json:
        show_json({"groups": [[agency_document(agency) for agency in group] for group in groups]})
    else:
        show_look_alikes([[(one.id, one.name, "", one.trackings) for one in group] for group in groups], "agencies")


@clients.command(name="look-alikes")
def list_clients_alike(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """List clients of one agency whose names differ only in case, spaces or composition (비슷한 광고주 이름)."""
    groups = open_container(ctx).owners.list_owners.look_alikes().clients
    if as_json:
        show_json({"groups": [[client_document(client) for client in group] for group in groups]})
    else:
        rows = [[(one.id, one.name, one.agency, one.trackings) for one in group] for group in groups]
        show_look_alikes(rows, "clients")


@agencies.command(name="merge")
def merge_agencies(
    ctx: typer.Context,
    kept: KeptArgument,
    other: OtherArgument,
    *,
    apply: ApplyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Move an agency's clients and trackings to another; nothing is changed without --apply (업체 합치기).

    Trackings that both have stay where they are, for two histories never become one.
    """
    _log_what_is_done()
    _show(
        open_container(ctx).owners.merge_owners.merge_agencies(actor_of_cli(), kept, other, apply=apply),
        as_json=as_json,
    )


@clients.command(name="merge")
def merge_clients(
    ctx: typer.Context,
    kept: KeptArgument,
    other: OtherArgument,
    *,
    apply: ApplyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Move a client's trackings to another of the same agency; nothing is changed without --apply (광고주 합치기).

    Trackings that both have stay where they are, for two histories never become one.
    """
    _log_what_is_done()
    _show(
        open_container(ctx).owners.merge_owners.merge_clients(actor_of_cli(), kept, other, apply=apply), as_json=as_json
    )


def _show(merge: Merge[Agency] | Merge[Client], *, as_json: bool) -> None:
    if as_json:
        show_json(merge_document(merge))
    else:
        show_merge(merge)


def _log_what_is_done() -> None:
    """Let the line that says who had what before reach standard error: it the audit has no more than its numbers."""
    configure_logging("WARNING", stream=sys.stderr)

"""`sunwi agencies add` and `rename`, and the same of clients."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.owner_screens import show_named
from sunwi.cli.screens.terminal import show_json
from sunwi.wording.owner_documents import agency_document, client_document

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="How it is called (이름).")]
NumberArgument = Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_ID, help="Its number (번호).")]


def add_agency(ctx: typer.Context, name: NameArgument, *, as_json: JsonOption = False) -> None:
    """Add an agency before anything is tracked for it (업체 추가)."""
    agency = open_container(ctx).owners.manage_owners.add_agency(actor_of_cli(), name)
    if as_json:
        show_json(agency_document(agency))
    else:
        show_named("업체", agency)


def rename_agency(
    ctx: typer.Context, number: NumberArgument, name: NameArgument, *, as_json: JsonOption = False
) -> None:
    """Rename an agency; its trackings carry the new name at once (업체 이름 변경).

    A file that is imported later has to have the new name, too, or it makes an agency of the old one.
    """
    agency = open_container(ctx).owners.manage_owners.rename_agency(actor_of_cli(), number, name)
    if as_json:
        show_json(agency_document(agency))
    else:
        show_named("업체", agency)


def add_client(
    ctx: typer.Context,
    name: NameArgument,
    *,
    agency: Annotated[
        int | None, typer.Option(metavar="ID", min=1, max=MAX_ID, help="Number of its agency (업체 번호).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a client, of an agency or of none, before anything is tracked for it (광고주 추가)."""
    client = open_container(ctx).owners.manage_owners.add_client(actor_of_cli(), name, agency)
    if as_json:
        show_json(client_document(client))
    else:
        show_named("광고주", client)


def rename_client(
    ctx: typer.Context, number: NumberArgument, name: NameArgument, *, as_json: JsonOption = False
) -> None:
    """Rename a client; its trackings carry the new name at once (광고주 이름 변경).

    A file that is imported later has to have the new name, too, or it makes a client of the old one.
    """
    client = open_container(ctx).owners.manage_owners.rename_client(actor_of_cli(), number, name)
    if as_json:
        show_json(client_document(client))
    else:
        show_named("광고주", client)

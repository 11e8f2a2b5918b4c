"""`sunwi privacy`: what is held about a person, and forgetting it."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.archive.privacy_screens import show_erased, show_held
from sunwi.cli.screens.terminal import show_json
from sunwi.errors import InvalidInput
from sunwi.wording.archive.archive_documents import erased_document, held_document

app = typer.Typer(no_args_is_help=True)

PersonArgument = Annotated[
    str, typer.Argument(metavar="EMAIL|OWNER", help="E-mail address, or an owner as lists show it (사람).")
]


@app.command()
def show(ctx: typer.Context, person: PersonArgument, *, as_json: JsonOption = False) -> None:
    """Show what is held about a person, in the database and in its archive (개인 정보 보기)."""
    held = open_container(ctx).privacy.find_person.find(person)
    if as_json:
        show_json(held_document(held))
    else:
        show_held(list(held))


@app.command()
def erase(
    ctx: typer.Context,
    person: PersonArgument,
    *,
    confirm: Annotated[
        str | None, typer.Option(metavar="EMAIL|OWNER", help="The same once more: do it; without, only show.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put a pseudonym in a person's place, in the database and in its archive, for good (개인 정보 지우기).

    Nothing is changed without --confirm.
    """
    container = open_container(ctx)
    if confirm is None:
        held = container.privacy.find_person.find(person)
        if as_json:
            show_json(held_document(held))
        else:
            show_held(list(held), erases=person)
        return
    if confirm.strip() != person.strip():
        raise InvalidInput("the person and its confirmation differ: nothing was erased", code="erasure_unconfirmed")
    erased = container.privacy.erase_person.erase(actor_of_cli(), person)
    if as_json:
        show_json(erased_document(erased))
    else:
        show_erased(erased)

"""`sunwi audit list`: who did what."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.accounts.options import LimitOption
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.accounts.audit_screens import show_audit
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.account_list import AuditQuery
from sunwi.wording.accounts.account_documents import audit_page_document

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Who did what (감사 기록)."""


@app.command(name="list")
def list_audit(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    actor: Annotated[
        str | None, typer.Option(metavar="WHO", help="Only of this one: account:ID, cli:USER or system (누가).")
    ] = None,
    action: Annotated[str | None, typer.Option(metavar="WHAT", help="Only this, as key_made (무엇을).")] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="TO", help="Only done to this, 'account ID' for instance (대상).")
    ] = None,
    limit: LimitOption = 50,
    after: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", min=1, max=MAX_ID, help="Go on behind the last entry of a page (이어보기)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List what was done, the latest first (감사 기록)."""
    query = AuditQuery(actor=actor, action=action, subject=subject, limit=limit, after=after)
    page = open_container(ctx).accounts.list_audit.page(actor_of_cli(), query)
    if as_json:
        show_json(audit_page_document(page))
    else:
        show_audit(page)

"""`sunwi accounts`: invite, list, change, disable and enable them, and end their sessions."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.accounts.options import (
    AccountArgument,
    AgencyOption,
    ClientOption,
    LimitOption,
    RoleOption,
    account_of,
)
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.accounts.account_screens import (
    show_accounts,
    show_changed,
    show_invited,
    show_sessions,
    show_signed_out,
)
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.account_list import AccountQuery
from sunwi.domain.actor import Role
from sunwi.service.accounts.rights import Rights
from sunwi.wording.accounts.account_documents import account_document, account_page_document, session_document

app = typer.Typer(no_args_is_help=True)


@app.command()
def invite(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Where the invitation goes (메일 주소).")],
    *,
    role: RoleOption,
    agency: AgencyOption = None,
    client: ClientOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account and invite its owner by mail; repeated, the mail is sent once more (계정 초대)."""
    rights = Rights(role=role, agency_id=agency, client_id=client)
    invited = open_container(ctx).accounts.manage_accounts.invite(actor_of_cli(), email, rights)
    if as_json:
        show_json({**account_document(invited.listed), "invitation": invited.invitation.value})
    else:
        show_invited(invited)


@app.command(name="list")
def list_accounts(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    role: Annotated[Role | None, typer.Option(case_sensitive=False, help="Only of this role (역할).")] = None,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only addresses with this text (메일 주소).")] = "",
    limit: LimitOption = 50,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on behind the last account of a page (이어보기).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List accounts, newest first (계정 목록)."""
    query = AccountQuery(role=role, text=find, limit=limit, after=after)
    page = open_container(ctx).accounts.manage_accounts.page(actor_of_cli(), query)
    if as_json:
        show_json(account_page_document(page))
    else:
        show_accounts(page)


@app.command()
def change(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    account: AccountArgument,
    *,
    role: RoleOption,
    agency: AgencyOption = None,
    client: ClientOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change what an account may do, from its next request on (권한 변경)."""
    manage_accounts = open_container(ctx).accounts.manage_accounts
    rights = Rights(role=role, agency_id=agency, client_id=client)
    listed = manage_accounts.change_rights(actor_of_cli(), account_of(manage_accounts, account).id, rights)
    if as_json:
        show_json(account_document(listed))
    else:
        show_changed(listed)


@app.command()
def disable(ctx: typer.Context, account: AccountArgument, *, as_json: JsonOption = False) -> None:
    """Let an account in no more: its sessions end and its keys stop at once (계정 중지)."""
    manage_accounts = open_container(ctx).accounts.manage_accounts
    listed = manage_accounts.disable(actor_of_cli(), account_of(manage_accounts, account).id)
    if as_json:
        show_json(account_document(listed))
    else:
        show_changed(listed)


@app.command()
def enable(ctx: typer.Context, account: AccountArgument, *, as_json: JsonOption = False) -> None:
    """Let an account in again, by a new sign-in and by its keys (계정 재개)."""
    manage_accounts = open_container(ctx).accounts.manage_accounts
    listed = manage_accounts.enable(actor_of_cli(), account_of(manage_accounts, account).id)
    if as_json:
        show_json(account_document(listed))
    else:
        show_changed(listed)


@app.command()
def sessions(ctx: typer.Context, account: AccountArgument, *, as_json: JsonOption = False) -> None:
    """List the browsers in which an account is signed in (로그인 목록)."""
    accounts = open_container(ctx).accounts
    found = accounts.keep_sessions.list(actor_of_cli(), account_of(accounts.manage_accounts, account).id)
    if as_json:
        show_json({"sessions": [session_document(one) for one in found]})
    else:
        show_sessions(found)


@app.command(name="sign-out")
def sign_out(
    ctx: typer.Context,
    account: AccountArgument,
    *,
    session: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this one, by the id that `sessions --json` shows (하나만).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """End the sessions of an account at once (로그아웃)."""
    accounts = open_container(ctx).accounts
    account_id = account_of(accounts.manage_accounts, account).id
    if session is None:
        ended = accounts.keep_sessions.revoke_all(actor_of_cli(), account_id)
    else:
        accounts.keep_sessions.revoke(actor_of_cli(), session, account_id)
        ended = 1
    if as_json:
        show_json({"account_id": account_id, "ended": ended})
    else:
        show_signed_out(ended)

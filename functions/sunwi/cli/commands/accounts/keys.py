"""`sunwi keys`: make, list and revoke what programs are let in by."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.accounts.options import LimitOption, account_of
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.accounts.key_screens import show_keys, show_made_key, show_revoked_key
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.account import LONGEST_KEY_DAYS, Scope
from sunwi.domain.account_list import AccountQuery, KeyQuery
from sunwi.domain.actor import Role
from sunwi.service.accounts.manage_accounts import ManageAccounts
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.page_length import MAX_PAGE_LENGTH
from sunwi.wording.accounts.account_documents import key_document, key_page_document

app = typer.Typer(no_args_is_help=True)

AccountOption = Annotated[
    str | None, typer.Option("--account", metavar="ACCOUNT", help="E-mail address or id of its account (계정).")
]


@app.command()
def make(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is called (이름).")],
    *,
    account: AccountOption = None,
    scope: Annotated[Scope, typer.Option(case_sensitive=False, help="Whether it may change anything (범위).")] = (
        Scope.READ
    ),
    days: Annotated[
        int | None, typer.Option(min=1, max=LONGEST_KEY_DAYS, help="It ends by itself after so many days (기한).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key with an account's rights, and print it this once; without --account, the only admin's (키 발급)."""
    accounts = open_container(ctx).accounts
    whose = (
        _only_admin(accounts.manage_accounts) if account is None else account_of(accounts.manage_accounts, account).id
    )
    order = KeyOrder(name=name, scope=scope, account_id=whose, days=days)
    made = accounts.manage_keys.make(actor_of_cli(), order)
    if as_json:
        show_json({**key_document(made.listed), "key": made.secret})
    else:
        show_made_key(made)


@app.command(name="list")
def list_keys(
    ctx: typer.Context,
    *,
    account: AccountOption = None,
    limit: LimitOption = 50,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on behind the last key of a page (이어보기).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List keys, newest first, without what lets in (키 목록)."""
    container = open_container(ctx)
    accounts = container.accounts
    whose = None if account is None else account_of(accounts.manage_accounts, account).id
    page = accounts.manage_keys.page(actor_of_cli(), KeyQuery(account_id=whose, limit=limit, after=after))
    if as_json:
        show_json(key_page_document(page))
    else:
        show_keys(page, now=container.adapters.clock.now())


@app.command()
def revoke(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Id of the key, as lists show it (번호).")],
    *,
    as_json: JsonOption = False,
) -> None:
    """End a key at once, for good (키 폐기)."""
    listed = open_container(ctx).accounts.manage_keys.revoke(actor_of_cli(), key)
    if as_json:
        show_json(key_document(listed))
    else:
        show_revoked_key(listed)


def _only_admin(manage_accounts: ManageAccounts) -> str | None:
    """Return the account of the admin where there is one alone: then nobody else can be meant."""
    page = manage_accounts.page(actor_of_cli(), AccountQuery(role=Role.ADMIN, limit=MAX_PAGE_LENGTH))
    in_use = [one.account.id for one in page.accounts if one.account.disabled_at is None]
    return in_use[0] if len(in_use) == 1 else None

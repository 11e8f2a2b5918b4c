"""Arguments and options that commands of accounts, keys and the audit share."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID
from sunwi.domain.account import Account
from sunwi.domain.actor import Role
from sunwi.service.accounts.manage_accounts import ManageAccounts
from sunwi.service.accounts.page_length import MAX_PAGE_LENGTH

AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="E-mail address or id of an account (메일 주소나 번호).")
]
RoleOption = Annotated[Role, typer.Option("--role", case_sensitive=False, help="What it may do (역할).")]
AgencyOption = Annotated[
    int | None,
    typer.Option("--agency", metavar="ID", min=1, max=MAX_ID, help="Of an agency's account: its number (업체)."),
]
ClientOption = Annotated[
    int | None,
    typer.Option("--client", metavar="ID", min=1, max=MAX_ID, help="Of an advertiser's account: its client (광고주)."),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=MAX_PAGE_LENGTH, help="At most so many (최대 건수).")]


def account_of(manage_accounts: ManageAccounts, named: str) -> Account:
    """Return the account that an argument names.

    Raises:
        InvalidInput: There is none.
        StoreUnavailable: The database cannot be reached.
    """
    return manage_accounts.find(actor_of_cli(), named).account

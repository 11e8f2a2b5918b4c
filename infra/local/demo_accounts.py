"""An account of each role on a local stack, with a password that everybody may know."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from infra.local.stack.session import LocalSession
from sunwi.adapters.aws.cognito_users import CognitoUsers
from sunwi.bootstrap.accounts import AccountContainer
from sunwi.bootstrap.adapters import Adapters
from sunwi.domain.actor import SYSTEM, Role
from sunwi.errors import Conflict
from sunwi.service.accounts.rights import Rights
from sunwi.settings import settings_of

#: Long enough for the pool, and no secret: it opens nothing but a stack on this machine.
PASSWORD = "sunwi-demo-2026"  # noqa: S105 - see above


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody who can sign in.

    Attributes:
        owner: Name of the agency or the client; empty of an admin.
    """

    email: str
    role: Role
    owner: str = ""


def make_accounts(settings: Mapping[str, str]) -> list[DemoAccount]:
    """Make an admin, and an agency and an advertiser of the first owners that there are; those that are there stay.

    Args:
        settings: Variables with which `sunwi` works against the stack.
    """
    session = LocalSession(settings["AWS_ENDPOINT_URL"])
    pool_id, client = settings["COGNITO_USER_POOL_ID"], session.client("cognito-idp")
    adapters = Adapters(settings_of(settings))
    try:
        accounts = adapters.compose(AccountContainer, identities=CognitoUsers(client, pool_id))
        made = []
        for account, rights in _wanted(adapters):
            with suppress(Conflict):  # it is there
                accounts.manage_accounts.invite(SYSTEM, account.email, rights)
            client.admin_set_user_password(
                UserPoolId=pool_id, Username=account.email, Password=PASSWORD, Permanent=True
            )
            made.append(account)
        return made
    finally:
        adapters.close()
        session.close()


def describe_accounts(address: str, accounts: list[DemoAccount]) -> str:
    """Describe where to sign in and as whom, in Korean and in English."""
    names = {Role.ADMIN: "관리자", Role.AGENCY: "업체", Role.ADVERTISER: "광고주"}
    lines = [f"  {names[each.role]} {each.email} {each.owner}".rstrip() for each in accounts]
    return "\n".join(
        [
            f"화면과 API (pages and API): {address}/",
            f"데모 계정, 비밀번호 {PASSWORD} (demo accounts with that password):",
            *lines,
        ]
    )


def _wanted(adapters: Adapters) -> Iterator[tuple[DemoAccount, Rights]]:
    yield DemoAccount("admin@demo.example.com", Role.ADMIN), Rights(role=Role.ADMIN)
    with adapters.store.read() as tx:
        agencies, clients = tx.owners.agencies(), tx.owners.clients()
    if agencies:
        agency = agencies[0]
        yield (
            DemoAccount("agency@demo.example.com", Role.AGENCY, agency.name),
            Rights(role=Role.AGENCY, agency_id=agency.id),
        )
    if clients:
        client = clients[0]
        yield (
            DemoAccount("advertiser@demo.example.com", Role.ADVERTISER, client.name),
            Rights(role=Role.ADVERTISER, client_id=client.id),
        )

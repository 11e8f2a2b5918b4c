"""One deployed stack with its doors: an account of each role, and browsers that sign in at it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from infra.local.demo_accounts import PASSWORD, DemoAccount, make_accounts
from infra.local.serve import settings_of as variables_of
from infra.local.stack import LocalStack, StackOutputs
from sunwi.adapters.aws.cognito_users import CognitoUsers
from sunwi.bootstrap.accounts import AccountContainer
from sunwi.bootstrap.adapters import Adapters
from sunwi.domain.actor import SYSTEM, Role
from sunwi.settings import Settings
from tests.examples import NIGHT, place_tracking


@dataclass
class Doors:
    """A stack that people can sign in to.

    Attributes:
        accounts: One of each role.
    """

    stack: LocalStack
    outputs: StackOutputs
    adapters: Adapters
    accounts: Mapping[Role, DemoAccount]

    @property
    def address(self) -> str:
        return self.outputs.address

    @property
    def people(self) -> AccountContainer:
        return self.adapters.compose(AccountContainer)

    def account_id(self, role: Role) -> str:
        return self.people.manage_accounts.find(SYSTEM, self.accounts[role].email).account.id

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> tuple[int, dict[str, list[str]], str]:
        """Ask the HTTP API by its name, which Python's resolver does not know."""
        parts = urlsplit(self.stack.endpoint_url)
        connection = HTTPConnection(parts.hostname or "", parts.port or 0, timeout=60)
        try:
            connection.request(method, path, body, {"Host": urlsplit(self.address).netloc, **(headers or {})})
            answer = connection.getresponse()
            found: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                found.setdefault(name.lower(), []).append(value)
            return answer.status, found, answer.read().decode()
        finally:
            connection.close()

    def tell(self, context: BrowserContext, method: str, path: str) -> tuple[int, Any]:
        """Ask with a browser's session, as a page of ours would."""
        cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies(self.address))
        status, _, body = self.ask(method, path, {"Cookie": cookie, "Origin": self.address})
        return status, json.loads(body) if body else None

    def sign_in(self, page: Page, role: Role, *, path: str = "/") -> None:
        """Sign in as somebody does: at the provider's form."""
        page.goto(f"{self.address}/sign-in?return_to={path}")
        page.fill("input[name=username]", self.accounts[role].email)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit], input[type=submit]")
        page.wait_for_url(f"{self.address}{path}")


@contextmanager
def open_doors(database_url: str) -> Iterator[Doors]:
    """Deploy a stack, with an agency, a client and an account of each role."""
    with LocalStack() as stack:
        outputs = stack.deploy(environment={"DATABASE_URL": database_url})
        variables = variables_of(outputs, stack.endpoint_url, {"DATABASE_URL": database_url})
        adapters = Adapters(Settings(database_url=database_url, cognito_user_pool_id=outputs.user_pool_id))
        adapters.compose(AccountContainer, identities=CognitoUsers(stack.client("cognito-idp"), outputs.user_pool_id))
        try:
            with adapters.store.begin() as tx:
                tx.trackings.add([place_tracking(101, client="강남치과", agency="한빛")], at=NIGHT)
                tx.owners.link()
            accounts = {each.role: each for each in make_accounts(variables)}
            yield Doors(stack, outputs, adapters, accounts)
        finally:
            adapters.close()


@contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """Open a browser's page with cookies of its own."""
    context = browser.new_context()
    try:
        yield context.new_page()
    finally:
        context.close()

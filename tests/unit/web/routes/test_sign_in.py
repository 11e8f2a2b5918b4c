"""The pages of signing in and out, asked without a gateway."""

from typing import Any

import pytest

from sunwi.domain.account import Account
from sunwi.errors import Retryable
from sunwi.testing.sign_in import InMemoryIdentityProvider
from sunwi.web.app import WebApp
from sunwi.web.routes.sign_in import DEPARTURE_COOKIE, ROUTES
from tests.unit.web.asking import ADMIN, http_event
from tests.unit.web.walk.callers import NOBODY
from tests.unit.web.walk.world import World


class Signing:
    """Somebody's browser, which keeps what it is told to keep."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}
        with world.store.begin() as tx:
            tx.accounts.add(ADMIN)

    @property
    def provider(self) -> InMemoryIdentityProvider:
        provider = self.world.house.sign_in.provider
        assert isinstance(provider, InMemoryIdentityProvider)
        return provider

    def ask(self, address: str, method: str = "GET") -> dict[str, Any]:
        app = WebApp(ROUTES, house=lambda: self.world.house, guard=NOBODY)
        event = http_event(method, address)
        event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        answer = app.resolve(event, None)
        for cookie in answer.get("cookies", []):
            name, _, rest = str(cookie).partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def state(self) -> str:
        answer = self.ask("/sign-in?return_to=/jobs")
        assert answer["statusCode"] == 302
        return str(answer["headers"]["Location"]).rpartition("state=")[2]


@pytest.fixture
def signing(world: World) -> Signing:
    return Signing(world)


def test_whoever_comes_back_has_a_session_and_no_departure(signing: Signing) -> None:
    state = signing.state()
    answer = signing.ask(f"/signed-in?code=c&state={state}")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, "/jobs")
    assert signing.cookies[DEPARTURE_COOKIE] == ""
    session = next(cookie for cookie in answer["cookies"] if cookie.startswith("__Host-sunwi="))
    assert "; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax" in session


def test_the_cookie_is_for_one_try_whatever_came_of_it(signing: Signing) -> None:
    state = signing.state()
    assert signing.ask("/signed-in?code=c&state=another")["statusCode"] == 403
    assert signing.ask(f"/signed-in?code=c&state={state}")["statusCode"] == 403
    assert signing.provider.asked == []


@pytest.mark.parametrize("account", ["unknown", "disabled"])
def test_somebody_without_an_account_in_use_is_told_in_korean_and_may_sign_in_as_another(
    signing: Signing, account: str
) -> None:
    if account == "unknown":
        signing.provider.identity = type(signing.provider.identity)(sub="sub-9", email="nobody@sunwi.test")
    else:
        second = Account(id=ADMIN.id[:-1] + "f", email="b@sunwi.test", role=ADMIN.role, created_at=ADMIN.created_at)
        with signing.world.store.begin() as tx:
            tx.accounts.add(second)
        signing.world.house.accounts.manage_accounts.disable(second.actor, ADMIN.id)
    answer = signing.ask(f"/signed-in?code=c&state={signing.state()}")
    assert answer["statusCode"] == 403
    assert "다른 계정으로 로그인" in answer["body"]
    assert "form-action 'self' https://provider.invalid;" in answer["headers"]["Content-Security-Policy"]
    assert "__Host-sunwi" not in signing.cookies


def test_failures_are_counted_and_too_many_have_to_wait(signing: Signing) -> None:
    statuses = [signing.ask("/signed-in?code=c&state=s")["statusCode"] for _ in range(32)]
    assert (statuses[0], statuses[-1]) == (403, 429)


def test_a_provider_that_is_away_is_a_page_with_503(signing: Signing) -> None:
    signing.provider.fault = Retryable("away", code="sign_in_unavailable", cause="away")
    answer = signing.ask(f"/signed-in?code=c&state={signing.state()}")
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"]


def test_what_the_provider_says_is_never_shown_as_it_is(signing: Signing) -> None:
    state = signing.state()
    answer = signing.ask(f"/signed-in?error=%3Cscript%3E&error_description=%3Cb%3E&state={state}")
    assert answer["statusCode"] == 403
    assert "<script" not in answer["body"]
    assert "거절되었습니다" in answer["body"]

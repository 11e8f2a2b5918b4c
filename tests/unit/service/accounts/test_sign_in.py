"""Whoever comes back from the provider's pages is let in once, in the browser that they left by."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest

from sunwi.domain.account import Account
from sunwi.domain.sign_in import SIGN_IN_LIFE, Departure
from sunwi.errors import Forbidden, Retryable
from sunwi.service.accounts.sign_in import Browser, Return, SignIn
from sunwi.testing.sign_in import InMemoryIdentityProvider
from tests.examples import NIGHT
from tests.unit.web.asking import ADMIN

BROWSER = Browser(name="Chromium", address="127.0.0.1")


@dataclass(frozen=True)
class Opened:
    session_id: str
    account: Account


@dataclass
class Sessions:
    opened: list[tuple[str, str, str, str]] = field(default_factory=list)

    def open(self, *, sub: str, email: str, browser: str = "", address: str = "") -> Opened:
        self.opened.append((sub, email, browser, address))
        return Opened(f"session-{len(self.opened)}", ADMIN)


@pytest.fixture
def provider() -> InMemoryIdentityProvider:
    return InMemoryIdentityProvider()


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def sign_in(provider: InMemoryIdentityProvider, sessions: Sessions) -> SignIn:
    numbers = count()
    return SignIn(provider=provider, sessions=sessions, new_secret=lambda: f"secret-{next(numbers)}")


def back(left: Departure) -> Return:
    return Return(departure=left, state=left.state, code="code")


def refused(sign_in: SignIn, returned: Return, *, later: timedelta = timedelta(0)) -> str:
    with pytest.raises(Forbidden) as raised:
        sign_in.finish(returned, BROWSER, at=NIGHT + later)
    return raised.value.code


def test_whoever_comes_back_is_in_and_goes_on_to_where_they_were(sign_in: SignIn, sessions: Sessions) -> None:
    left, address = sign_in.begin("/jobs", at=NIGHT)
    assert left.state in address
    signed_in = sign_in.finish(back(left), BROWSER, at=NIGHT + timedelta(minutes=5))
    assert (signed_in.session_id, signed_in.return_to) == ("session-1", "/jobs")
    assert sessions.opened == [("sub-1", "admin@sunwi.test", "Chromium", "127.0.0.1")]


def test_without_the_cookie_or_after_ten_minutes_nobody_is(sign_in: SignIn, sessions: Sessions) -> None:
    left, _ = sign_in.begin("/", at=NIGHT)
    assert refused(sign_in, replace(back(left), departure=None)) == "sign_in_expired"
    assert refused(sign_in, back(left), later=SIGN_IN_LIFE) == "sign_in_expired"
    assert sessions.opened == []


@pytest.mark.parametrize("state", ["", "another", "secret-0\x00", "비밀"])
def test_another_state_is_of_another_browser_and_its_code_is_not_used(
    sign_in: SignIn, provider: InMemoryIdentityProvider, state: str
) -> None:
    left, _ = sign_in.begin("/", at=NIGHT)
    assert refused(sign_in, replace(back(left), state=state)) == "sign_in_not_ours"
    assert provider.asked == []


def test_who_did_not_sign_in_there_is_told_so(sign_in: SignIn, provider: InMemoryIdentityProvider) -> None:
    left, _ = sign_in.begin("/", at=NIGHT)
    assert refused(sign_in, replace(back(left), error="access_denied")) == "sign_in_refused"
    assert refused(sign_in, replace(back(left), code="")) == "sign_in_refused"
    assert provider.asked == []


def test_a_provider_that_cannot_be_reached_lets_nobody_in(
    sign_in: SignIn, provider: InMemoryIdentityProvider, sessions: Sessions
) -> None:
    left, _ = sign_in.begin("/", at=NIGHT)
    provider.fault = Retryable("away", code="sign_in_unavailable", cause="away")
    with pytest.raises(Retryable):
        sign_in.finish(back(left), BROWSER, at=NIGHT)
    assert sessions.opened == []

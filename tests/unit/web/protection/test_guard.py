"""Who is let in."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account, ApiKey, Scope, WebSession
from sunwi.errors import Forbidden, Retryable, SunwiError
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import NO_CONTENT
from sunwi.web.caller import Caller
from sunwi.web.protection.guard import SESSION_COOKIE, AccountGuard
from sunwi.web.protection.rates import Rate, Rates
from sunwi.web.route import Method, Route
from tests.examples import NIGHT
from tests.unit.web.asking import ADMIN, http_event

KEY, SESSION = "sunwi_live_abcdef0123456789", "q83vEjRWeJCrze8SNFZ4kA"
OWN = "https://sunwi.example.com"


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@dataclass
class Known:
    """One account with one session and one key."""

    account: Account = ADMIN
    session: WebSession = field(
        default_factory=lambda: WebSession(
            id_hash=hashed(SESSION), account_id=ADMIN.id, created_at=NIGHT, last_seen_at=NIGHT
        )
    )
    key: ApiKey = field(
        default_factory=lambda: ApiKey(
            id="key-1",
            account_id=ADMIN.id,
            name="n",
            prefix="sunwi_live_abcdef",
            secret_hash=hashed(KEY),
            scope=Scope.READ,
            created_at=NIGHT,
        )
    )
    asked: list[str] = field(default_factory=list)

    def of_session(self, id_hash: str, *, at: datetime) -> tuple[WebSession, Account] | None:
        del at
        self.asked.append("session")
        return (self.session, self.account) if id_hash == self.session.id_hash else None

    def of_key(self, secret_hash: str, *, at: datetime) -> tuple[ApiKey, Account] | None:
        del at
        self.asked.append("key")
        return (self.key, self.account) if secret_hash == self.key.secret_hash else None


@pytest.fixture
def known() -> Known:
    return Known()


@pytest.fixture
def guard(known: Known, house: CommandContainer) -> AccountGuard:
    return AccountGuard(
        entrance=lambda: known, failures=lambda: house.requests.count_failures, public_address=lambda: OWN
    )


def route(method: Method = "GET", action: Action | None = Action.TRACKINGS_READ) -> Route:
    return Route(name="r", method=method, path="/r", action=action, handle=lambda _: NO_CONTENT, summary="")


def admitted(
    guard: AccountGuard, asked: Route, *, cookie: str = "", at: datetime = NIGHT, **headers: str
) -> Caller | None:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    event: dict[str, Any] = http_event(asked.method, "/r", None, given)
    if cookie:
        event["cookies"] = ["theme=dark", f"{SESSION_COOKIE}={cookie}"]
    return guard.admit(APIGatewayProxyEventV2(event), asked, at=at)


def refusal(guard: AccountGuard, asked: Route, **given: Any) -> str:
    with pytest.raises(SunwiError) as refused:
        admitted(guard, asked, **given)
    return refused.value.code


def test_a_key_lets_in_with_its_scope_and_by_one_question(guard: AccountGuard, known: Known) -> None:
    caller = admitted(guard, route(), authorization=f"Bearer {KEY}")
    assert caller == Caller(account=ADMIN, scope=Scope.READ, key_id="key-1")
    assert known.asked == ["key"]


def test_a_session_lets_in_and_by_one_question(guard: AccountGuard, known: Known) -> None:
    assert admitted(guard, route(), cookie=SESSION) == Caller(account=ADMIN, session_hash=hashed(SESSION))
    assert known.asked == ["session"]


@pytest.mark.parametrize(
    "authorization",
    ["Bearer sunwi_live_other", "Bearer other", "Bearer ", "Basic abc", "", "Bearer sunwi_live_" + "x" * 500],
)
def test_what_is_no_key_does_not(guard: AccountGuard, authorization: str) -> None:
    assert refusal(guard, route(), authorization=authorization) == "signed_out"


def test_nobody_does_not(guard: AccountGuard, known: Known) -> None:
    assert refusal(guard, route()) == "signed_out"
    assert known.asked == []


@pytest.mark.parametrize("after", [timedelta(hours=12), timedelta(days=7)])
def test_a_session_that_was_idle_or_is_old_does_not(guard: AccountGuard, after: timedelta) -> None:
    assert refusal(guard, route(), cookie=SESSION, at=NIGHT + after) == "signed_out"


def test_a_key_that_has_expired_does_not(guard: AccountGuard, known: Known) -> None:
    known.key = replace(known.key, expires_at=NIGHT)
    assert refusal(guard, route(), authorization=f"Bearer {KEY}") == "signed_out"


def test_what_was_revoked_does_not(guard: AccountGuard, known: Known) -> None:
    known.key, known.session = replace(known.key, revoked_at=NIGHT), replace(known.session, revoked_at=NIGHT)
    assert refusal(guard, route(), authorization=f"Bearer {KEY}") == "signed_out"
    assert refusal(guard, route(), cookie=SESSION) == "signed_out"


def test_a_disabled_account_does_not_come_in_at_all(guard: AccountGuard, known: Known) -> None:
    known.account = replace(ADMIN, disabled_at=NIGHT)
    assert refusal(guard, route(), authorization=f"Bearer {KEY}") == "signed_out"
    assert refusal(guard, route(), cookie=SESSION) == "signed_out"


def test_a_browser_changes_something_only_from_our_own_page(guard: AccountGuard) -> None:
    post = route("POST", Action.TRACKINGS_CHANGE)
    assert refusal(guard, post, cookie=SESSION) == "origin_foreign"
    assert refusal(guard, post, cookie=SESSION, sec_fetch_site="cross-site") == "origin_foreign"
    assert admitted(guard, post, cookie=SESSION, sec_fetch_site="same-origin") is not None
    assert admitted(guard, post, cookie=SESSION, origin=OWN) is not None


def test_a_program_with_a_key_need_not_say_where_it_comes_from_unless_a_cookie_comes_along(guard: AccountGuard) -> None:
    post = route("POST", Action.TRACKINGS_CHANGE)
    assert admitted(guard, post, authorization=f"Bearer {KEY}") is not None
    assert refusal(guard, post, authorization=f"Bearer {KEY}", cookie=SESSION) == "origin_foreign"


def test_where_everybody_may_come_one_is_known_all_the_same(guard: AccountGuard) -> None:
    open_route = route(action=None)
    assert admitted(guard, open_route) is None
    assert admitted(guard, open_route, cookie="another") is None
    assert admitted(guard, open_route, cookie=SESSION) is not None
    assert refusal(guard, open_route, authorization="Bearer sunwi_live_other") == "signed_out"


def test_nobody_signs_somebody_in_from_another_site(guard: AccountGuard) -> None:
    assert refusal(guard, route("POST", action=None)) == "origin_foreign"
    assert admitted(guard, route("POST", action=None), sec_fetch_site="same-origin") is None


def test_where_no_address_is_set_the_host_that_was_asked_is_ours(known: Known, house: CommandContainer) -> None:
    guard = AccountGuard(
        entrance=lambda: known, failures=lambda: house.requests.count_failures, public_address=lambda: None
    )
    post = route("POST", Action.TRACKINGS_CHANGE)
    assert admitted(guard, post, cookie=SESSION, origin="https://api.sunwi.test") is not None
    assert refusal(guard, post, cookie=SESSION, origin=OWN) == "origin_foreign"


def test_who_guesses_keys_is_asked_to_wait_and_who_has_one_is_not(guard: AccountGuard) -> None:
    for _ in range(30):
        assert refusal(guard, route(), authorization="Bearer sunwi_live_guess") == "signed_out"
    with pytest.raises(Retryable) as refused:
        admitted(guard, route(), authorization="Bearer sunwi_live_guess", at=NIGHT + timedelta(minutes=5))
    assert (refused.value.code, refused.value.fields["retry_after_seconds"]) == ("too_many_failures", 600)
    assert admitted(guard, route(), authorization=f"Bearer {KEY}") is not None
    later = NIGHT + timedelta(minutes=15)
    assert refusal(guard, route(), authorization="Bearer sunwi_live_guess", at=later) == "signed_out"


def test_an_account_and_an_address_have_rates_of_their_own(known: Known, house: CommandContainer) -> None:
    def slow() -> Rates:
        return Rates(rate=Rate(per_second=0.001, burst=2), now=lambda: 0.0)

    of_address, of_account = slow(), Rates(rate=Rate(per_second=0.001, burst=1), now=lambda: 0.0)
    guard = AccountGuard(
        entrance=lambda: known,
        failures=lambda: house.requests.count_failures,
        public_address=lambda: OWN,
        of_address=of_address,
        of_account=of_account,
    )
    assert admitted(guard, route(), cookie=SESSION) is not None
    assert refusal(guard, route(), cookie=SESSION) == "too_many_requests"
    assert known.asked == ["session", "session"]
    assert refusal(guard, route(), cookie=SESSION) == "too_many_requests"
    assert known.asked == ["session", "session"]


def test_signed_out_is_a_forbidden_with_a_status_of_its_own(guard: AccountGuard) -> None:
    with pytest.raises(Forbidden, match="sign in"):
        admitted(guard, route())

"""People of each role sign in and out in a real browser, and whoever may not stays outside."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Cookie, Page, Response, sync_playwright
from sqlalchemy import update

from infra.local.demo_accounts import PASSWORD
from sunwi.adapters.browser.warm_browser import find_browser
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.tables import WebSessionRow
from sunwi.domain.account import SESSION_IDLE
from sunwi.domain.actor import SYSTEM, Role
from sunwi.web.protection.guard import SESSION_COOKIE
from sunwi.web.routes.sign_in import DEPARTURE_COOKIE
from tests.stack.doors.open_doors import Doors, new_page, open_doors

pytestmark = pytest.mark.stack

ROLES = {Role.ADMIN: "관리자", Role.AGENCY: "업체", Role.ADVERTISER: "광고주"}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    url = f"sqlite:///{tmp_path_factory.mktemp('doors') / 'sunwi.db'}"
    engine = create_store_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    with open_doors(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_browser())
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with new_page(browser) as opened:
        yield opened


def is_in(page: Page, doors: Doors) -> bool:
    page.goto(f"{doors.address}/")
    return page.get_by_text("로그아웃").count() == 1


def cookie(page: Page, name: str) -> str | None:
    return next((one["value"] for one in page.context.cookies() if one["name"] == name), None)


def add_cookies(page: Page, cookies: Sequence[Cookie]) -> None:
    """Give a browser cookies back that it had."""
    page.context.add_cookies(cast("Any", cookies))


def callback_of(doors: Doors, page: Page, role: Role = Role.AGENCY) -> str:
    """Sign in at the provider, and return the address that it leads back to, which is not followed."""
    page.goto(f"{doors.address}/sign-in")
    form = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form')))")
    form |= {"username": doors.accounts[role].email, "password": PASSWORD}
    answer = page.request.post(f"{doors.outputs.sign_in_address}/login", form=form, max_redirects=0)
    assert answer.status == 302
    return str(answer.headers["location"])


def with_query(address: str, **changed: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return parts._replace(query=urlencode(query)).geturl()


def refusal(page: Page, address: str) -> str:
    """Follow an address that lets nobody in, and return what is said."""
    answer = page.goto(address)
    assert isinstance(answer, Response)
    assert answer.status == 403
    assert cookie(page, SESSION_COOKIE) is None
    assert cookie(page, DEPARTURE_COOKIE) is None
    return page.inner_text("main")


@pytest.mark.parametrize("role", list(ROLES))
def test_somebody_of_each_role_signs_in_and_out(doors: Doors, page: Page, role: Role) -> None:
    doors.sign_in(page, role)
    assert f"{doors.accounts[role].email} 계정으로 로그인했습니다 ({ROLES[role]})" in page.inner_text("main")
    (session,) = [one for one in page.context.cookies() if one["name"] == SESSION_COOKIE]
    assert (session["secure"], session["httpOnly"], session["sameSite"], session["path"]) == (True, True, "Lax", "/")
    assert cookie(page, DEPARTURE_COOKIE) is None
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.click("text=로그아웃")
    page.wait_for_url("**/signed-out")
    assert any("/logout?client_id=" in each for each in asked), "Cognito's own session ends, too"
    assert not is_in(page, doors)
    add_cookies(page, [session])
    assert not is_in(page, doors), "the session itself has ended, and not its cookie alone"


def test_whoever_is_led_to_the_sign_in_comes_back_to_where_they_were_and_nowhere_else(doors: Doors, page: Page) -> None:
    doors.sign_in(page, Role.AGENCY, path="/api/v1/docs")
    page.goto(f"{doors.address}/sign-in?return_to=//evil.example/")
    assert page.url == f"{doors.address}/"


def test_a_session_that_was_revoked_or_is_too_old_is_out_at_once(doors: Doors, page: Page) -> None:
    doors.sign_in(page, Role.AGENCY)
    account = doors.account_id(Role.AGENCY)
    assert is_in(page, doors)
    doors.people.keep_sessions.revoke_all(SYSTEM, account)
    assert not is_in(page, doors)
    doors.sign_in(page, Role.AGENCY)
    with doors.adapters.engine.begin() as connection:
        connection.execute(update(WebSessionRow).values(last_seen_at=datetime.now(UTC) - SESSION_IDLE))
    assert not is_in(page, doors)


def test_somebody_who_is_disabled_while_signed_in_is_out_and_stays_out(
    doors: Doors, page: Page, browser: Browser
) -> None:
    doors.sign_in(page, Role.ADVERTISER)
    account = doors.account_id(Role.ADVERTISER)
    try:
        with new_page(browser) as other:
            address = callback_of(doors, other, Role.ADVERTISER)
            # Here alone: disabled there, too, the provider itself would take the code back.
            set_disabled(doors, account, datetime.now(UTC))
            assert not is_in(page, doors)
            assert "다른 계정으로 로그인" in refusal(other, address)
    finally:
        set_disabled(doors, account, None)


def set_disabled(doors: Doors, account_id: str, at: datetime | None) -> None:
    with doors.adapters.store.begin() as tx:
        tx.accounts.set_disabled(account_id, at)


def test_whoever_is_disabled_cannot_sign_in_at_the_provider_either(doors: Doors, page: Page) -> None:
    account = doors.account_id(Role.ADVERTISER)
    address = callback_of(doors, page, Role.ADVERTISER)
    doors.people.manage_accounts.disable(SYSTEM, account)
    try:
        assert "이미 쓰였거나 끝난 로그인" in refusal(page, address)
    finally:
        doors.people.manage_accounts.enable(SYSTEM, account)


def test_another_state_lets_nobody_in(doors: Doors, page: Page) -> None:
    address = callback_of(doors, page)
    assert "다른 창이나 다른 브라우저" in refusal(page, with_query(address, state="another"))
    assert "이미 끝난 로그인" in refusal(page, address), "the cookie was for one try"


def test_a_callback_in_a_browser_that_began_nothing_lets_nobody_in(doors: Doors, page: Page, browser: Browser) -> None:
    address = callback_of(doors, page)
    with new_page(browser) as other:
        assert "10분을 넘었거나" in refusal(other, address)


def test_a_token_of_another_sign_in_lets_nobody_in(doors: Doors, page: Page) -> None:
    page.goto(f"{doors.address}/sign-in")
    page.evaluate("document.querySelector('input[name=nonce]').value = 'another'")
    page.fill("input[name=username]", doors.accounts[Role.AGENCY].email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit], input[type=submit]")
    page.wait_for_url("**/signed-in?*")
    assert "로그인 서버의 답을 확인하지 못했습니다" in page.inner_text("main")
    assert cookie(page, SESSION_COOKIE) is None


def test_a_code_works_once(doors: Doors, page: Page) -> None:
    address = callback_of(doors, page)
    kept = page.context.cookies()
    page.goto(address)
    assert page.get_by_text("로그아웃").count() == 1
    page.context.clear_cookies()
    add_cookies(page, kept)
    assert "이미 쓰였거나 끝난 로그인" in refusal(page, address)


def test_who_breaks_off_at_the_provider_is_told_so(doors: Doors, page: Page) -> None:
    address = callback_of(doors, page)
    state = parse_qs(urlsplit(address).query)["state"][0]
    denied = f"{doors.address}/signed-in?{urlencode({'error': 'access_denied', 'state': state})}"
    assert "거절되었습니다" in refusal(page, denied)


def test_no_secret_of_a_sign_in_is_in_a_log(doors: Doors, page: Page) -> None:
    address = callback_of(doors, page)
    page.goto(address)
    session = cookie(page, SESSION_COOKIE)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    lines = "\n".join(doors.stack.function_logs("Api"))
    assert "finish_sign_in" in lines
    for secret in (session, query["code"], query["state"], doors.accounts[Role.AGENCY].email):
        assert secret is not None
        assert secret not in lines

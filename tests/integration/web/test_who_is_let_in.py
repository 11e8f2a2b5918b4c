"""The API with real accounts, sessions and keys, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Engine

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Scope
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.settings import Settings
from sunwi.testing import ManualClock
from sunwi.web.all_routes import all_routes
from sunwi.web.app import WebApp
from sunwi.web.protection.guard import SESSION_COOKIE, AccountGuard
from tests.examples import NIGHT
from tests.statement_counts import counting
from tests.unit.web.asking import ADMIN, http_event

OWN = "https://sunwi.example.com"
SUB = "0b6e5f3c-1111-4222-8333-444455556666"

Ask = Callable[..., int]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    fixture = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    found: Engine = request.getfixturevalue(fixture)
    return found


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NIGHT)


@pytest.fixture
def house(engine: Engine, clock: ManualClock) -> CommandContainer:
    built = CommandContainer(Adapters(Settings(), engine=engine, clock=clock))
    with built.adapters.store.begin() as tx:
        assert tx.accounts.add(replace(ADMIN, sub=SUB))
    return built


@pytest.fixture
def ask(house: CommandContainer) -> Ask:
    guard = AccountGuard(
        entrance=lambda: house.accounts.entrance,
        failures=lambda: house.requests.count_failures,
        public_address=lambda: OWN,
    )
    app = WebApp(all_routes(), house=lambda: house, guard=guard)

    def send(
        *, key: str = "", session: str = "", method: str = "GET", path: str = "/api/v1/trackings", **headers: str
    ) -> int:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            given["authorization"] = f"Bearer {key}"
        event: dict[str, Any] = http_event(method, path, None, given)
        event["cookies"] = [f"{SESSION_COOKIE}={session}"] if session else []
        return int(app.resolve(event, None)["statusCode"])

    return send


def make_key(house: CommandContainer, **order: Any) -> str:
    return house.accounts.manage_keys.make(ADMIN.actor, KeyOrder(name="ERP", **order)).secret


def open_session(house: CommandContainer) -> str:
    return house.accounts.keep_sessions.open(sub=SUB, email=ADMIN.email).session_id


def test_a_key_lets_in_until_it_is_revoked(house: CommandContainer, ask: Ask) -> None:
    made = house.accounts.manage_keys.make(ADMIN.actor, KeyOrder(name="ERP"))
    assert ask(key=made.secret) == 200
    assert ask(key=made.secret + "x") == 401
    house.accounts.manage_keys.revoke(ADMIN.actor, made.listed.key.id)
    assert ask(key=made.secret) == 401


def test_a_key_ends_by_itself(house: CommandContainer, clock: ManualClock, ask: Ask) -> None:
    key = make_key(house, days=1)
    clock.at += timedelta(days=1) - timedelta(seconds=1)
    assert ask(key=key) == 200
    clock.advance(seconds=1)
    assert ask(key=key) == 401


def test_a_key_that_reads_changes_nothing(house: CommandContainer, ask: Ask) -> None:
    reads, writes = make_key(house), make_key(house, scope=Scope.WRITE)
    path = "/api/v1/pool/pause"
    assert [ask(key=key, method="POST", path=path) for key in (reads, writes)] != [403, 403]
    assert ask(key=reads, method="POST", path=path) == 403


def test_a_session_lets_in_until_it_was_idle_for_too_long(
    house: CommandContainer, clock: ManualClock, ask: Ask
) -> None:
    session = open_session(house)
    assert ask(session=session) == 200
    clock.advance(hours=11)
    assert ask(session=session) == 200
    clock.advance(hours=11)
    assert ask(session=session) == 200
    clock.advance(hours=12)
    assert ask(session=session) == 401


def test_a_session_ends_after_seven_days_however_busy_it_is(
    house: CommandContainer, clock: ManualClock, ask: Ask
) -> None:
    session = open_session(house)
    statuses = []
    for _ in range(15):
        clock.advance(hours=11, minutes=59)
        statuses.append(ask(session=session))
    assert (statuses[:14], statuses[14]) == ([200] * 14, 401)


def test_who_is_disabled_while_signed_in_is_out_at_once(house: CommandContainer, clock: ManualClock, ask: Ask) -> None:
    key, session = make_key(house), open_session(house)
    assert (ask(key=key), ask(session=session)) == (200, 200)
    with house.adapters.store.begin() as tx:
        tx.accounts.set_disabled(ADMIN.id, clock.now())
    assert (ask(key=key), ask(session=session)) == (401, 401)


def test_a_revoked_session_is_out_at_once(house: CommandContainer, ask: Ask) -> None:
    session = open_session(house)
    house.accounts.keep_sessions.revoke(ADMIN.actor, sha256(session.encode()).hexdigest())
    assert ask(session=session) == 401


def test_a_browser_changes_something_only_from_our_own_pages(house: CommandContainer, ask: Ask) -> None:
    session = open_session(house)
    change = {"session": session, "method": "POST", "path": "/api/v1/pool/pause"}
    assert ask(**change) == 403
    assert ask(**change, sec_fetch_site="same-site") == 403
    assert ask(**change, origin="https://evil.example") == 403
    assert ask(**change, origin=OWN) != 403


def test_to_be_known_costs_one_statement(house: CommandContainer, engine: Engine, ask: Ask) -> None:
    key, session = make_key(house), open_session(house)
    # That it was used is stored at the first use, and then every five minutes.
    assert (ask(key=key), ask(session=session)) == (200, 200)
    with counting(engine) as nobody:
        assert ask(key=key, path="/robots.txt") == 200
    with counting(engine) as signed_in:
        assert ask(session=session, path="/robots.txt") == 200
    assert [counts.statements.total() for counts in (nobody, signed_in)] == [1, 1]


def test_what_is_known_of_nobody_costs_none(engine: Engine, ask: Ask) -> None:
    with counting(engine) as counts:
        assert ask() == 401
        assert ask(path="/robots.txt") == 200
        assert ask(path="/nothing") == 404
    assert counts.statements.total() == 0

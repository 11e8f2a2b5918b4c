"""Every route × everybody who may ask: what comes back follows from one table of rights and whose the row is.

How a route joins: tests/unit/web/walk/entries, one line each; a route without one fails.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.domain.account import Scope
from sunwi.service.accounts.permissions import ROLES_OF, is_change
from sunwi.web.all_routes import all_routes
from sunwi.web.app import WebApp
from sunwi.web.route import Route
from tests.unit.web.asking import Reply, check_described, http_event
from tests.unit.web.people import MARK
from tests.unit.web.walk.callers import CALLERS, OF_AGENCY, OF_CLIENT, WalkCaller
from tests.unit.web.walk.entries import all_entries
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World, open_world

if TYPE_CHECKING:
    from sqlalchemy import Engine

ROUTES = {route.name: route for route in all_routes()}
ENTRIES = all_entries()

#: Those who see something of agency 1 or its client; to the others no answer may have its mark.
_INSIDE = OF_AGENCY | OF_CLIENT


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to come back.

    Attributes:
        changes: It leaves an audit row.
    """

    status: int
    code: str | None = None
    changes: bool = False


def expect(route: Route, entry: Entry, caller: WalkCaller) -> Expected:
    """Work out what a caller is to get, from the table of rights and whose the row is."""
    done = entry.status or route.success
    if route.action is None:
        return Expected(done)
    if caller.account is None:
        return Expected(401, "signed_out")
    if caller.account.role not in ROLES_OF[route.action]:
        return Expected(403, "action_forbidden")
    if caller.scope is Scope.READ and is_change(route.action):
        return Expected(403, "key_only_reads")
    if caller.name not in entry.seen_by:
        return Expected(404)
    changes = is_change(route.action) and entry.leaves_audit and caller.name in entry.acts_for
    return Expected(done, changes=changes)


@pytest.fixture
def fresh(migrated_sqlite_file: Path, tmp_path: Path) -> Iterator[Callable[[WalkCaller], World]]:
    """Opens a fresh world for each caller."""
    engines: list[Engine] = []

    def open_fresh(caller: WalkCaller) -> World:
        path = tmp_path / f"{len(engines)}.db"
        shutil.copy(migrated_sqlite_file, path)
        engines.append(create_store_engine(f"sqlite:///{path}"))
        return open_world(engines[-1], caller.account)

    yield open_fresh
    for engine in engines:
        engine.dispose()


def ask(route: Route, entry: Entry, caller: WalkCaller, world: World) -> Reply:
    """Ask for a route's rows as a caller."""
    address = route.path
    for name, value in entry.rows(world).items():
        address = address.replace(f"<{name}>", quote(str(value), safe=""))
    assert "<" not in address, f"the entry of {route.name} names no row for {address}"
    body = None if entry.body is None else entry.body(world)
    headers = dict(entry.headers)
    if entry.content is not None:
        body, headers["content-type"] = entry.content
    world.audited = world.count_audit()
    app = WebApp([route], house=lambda: world.house, guard=caller)
    address = f"{address}?{entry.query}" if entry.query else address
    answer = app.resolve(http_event(route.method, address, body, headers), None)
    return Reply(answer["statusCode"], answer.get("headers", {}), answer["body"])


def test_every_route_is_on_the_walk_and_nothing_else() -> None:
    assert sorted(ENTRIES) == sorted(ROUTES)


def test_a_changing_route_without_an_audit_row_says_why() -> None:
    silent = {name for name, entry in ENTRIES.items() if not entry.leaves_audit and not entry.why}
    assert silent == set()


@pytest.mark.parametrize("name", sorted(ROUTES.keys() & ENTRIES.keys()))
def test_whoever_asks_gets_what_is_theirs_and_nothing_else(name: str, fresh: Callable[[WalkCaller], World]) -> None:
    route, entry = ROUTES[name], ENTRIES[name]
    for caller in CALLERS:
        world, expected = fresh(caller), expect(route, entry, caller)
        reply = ask(route, entry, caller, world)
        told = f"{name} as {caller.name}: {reply.status} {reply.body[:300]}"
        assert reply.status == expected.status, told
        check_described(route, reply)
        if expected.code is not None:
            assert reply.document["code"] == expected.code, told
        left = world.count_audit() - world.audited
        assert (left > 0) is expected.changes, f"{told}: {left} audit rows"
        if caller.name not in _INSIDE:
            assert MARK not in reply.body, told

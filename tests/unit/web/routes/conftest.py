"""The routes over a database with two agencies and a client of each."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from sunwi.domain.account import Account, Scope
from sunwi.web.all_routes import all_routes
from tests.unit.web.asking import ADMIN, Asking
from tests.unit.web.walk.world import World, open_world

ROUTES = all_routes()

#: Asks as an account.
AskingAs = Callable[..., Asking]


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    """A fresh database with the people alone."""
    return open_world(sqlite_engine, None)


@pytest.fixture
def asking(world: World) -> AskingAs:
    """Asks all routes as the account that is given, else as an admin."""

    def asking_as(account: Account = ADMIN, scope: Scope = Scope.WRITE) -> Asking:
        return Asking(ROUTES, world.house, account, scope)

    return asking_as

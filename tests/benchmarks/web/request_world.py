"""The API in process, beside bare handlers over the same database."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy import Engine, text

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.settings import Settings
from sunwi.web.all_routes import all_routes
from sunwi.web.app import WebApp
from sunwi.web.caller import Caller
from sunwi.web.protection.guard import AccountGuard
from sunwi.web.protection.rates import Rate, Rates
from sunwi.web.read_request import read_query
from sunwi.web.request import Request
from tests.unit.web.asking import ADMIN, http_event

Handler = Callable[[], dict[str, Any]]

#: As many as a benchmark asks.
_NO_LIMIT = Rate(per_second=1e9, burst=10**9)


def open_house(engine: Engine) -> tuple[CommandContainer, str]:
    """Put the use cases together, with an admin and a key of theirs."""
    house = CommandContainer(Adapters(Settings(), engine=engine))
    with house.adapters.store.begin() as tx:
        assert tx.accounts.add(ADMIN)
    return house, house.accounts.manage_keys.make(ADMIN.actor, KeyOrder(name="bench")).secret


def own_handler(house: CommandContainer, key: str, address: str) -> Handler:
    """The API as it is: guard with a real key, all routes, ETag, log line."""
    guard = AccountGuard(
        entrance=lambda: house.accounts.entrance,
        failures=lambda: house.requests.count_failures,
        public_address=lambda: None,
        of_address=Rates(rate=_NO_LIMIT),
        of_account=Rates(rate=_NO_LIMIT),
    )
    app = WebApp(all_routes(), house=lambda: house, guard=guard)
    event = http_event("GET", address, None, {"authorization": f"Bearer {key}"})
    return lambda: app.resolve(event, None)


def statement_handler(house: CommandContainer, statement: str) -> Handler:
    """Powertools with one route, one statement and its rows as JSON: the least that a request can cost."""
    query, engine = text(statement), house.adapters.engine

    def read() -> Mapping[str, Any]:
        with engine.connect() as connection:
            return {"rows": [dict(row) for row in connection.execute(query).mappings()]}

    return _bare(read)


def entrance_handler(house: CommandContainer, key: str) -> Handler:
    """Powertools with one route that asks who holds a key, as the guard does, and nothing around it."""
    hashed = sha256(key.encode()).hexdigest()
    entrance = house.accounts.entrance
    return _bare(lambda: {"found": entrance.of_key(hashed, at=datetime.now(UTC)) is not None})


def use_case_handler(house: CommandContainer, address: str) -> Handler:
    """Powertools with one route that does what ours does, without guard, query, ETag and log line."""
    parts = urlsplit(address)
    (route,) = [one for one in all_routes() if (one.method, one.path) == ("GET", parts.path)]
    request: Request[Any, Any] = Request(
        house=house,
        caller=Caller(account=ADMIN),
        path={},
        query=read_query(route.query, parse_qs(parts.query)),
        body=None,
        content=b"",
        headers={},
        at=datetime.now(UTC),
        id="",
    )
    return _bare(lambda: route.handle(request).document or {})


def _bare(read: Callable[[], Mapping[str, Any]]) -> Handler:
    resolver = APIGatewayHttpResolver()

    @resolver.get("/bare")
    def answer() -> Response[str]:
        body = json.dumps(read(), ensure_ascii=False, default=str)
        return Response(status_code=200, content_type="application/json", body=body)

    event = http_event("GET", "/bare")
    return lambda: resolver.resolve(event, LambdaContext())


def cpu_ms(handler: Handler, *, requests: int) -> float:
    """Return the processor's time for one of some requests."""
    started = time.process_time()
    for _ in range(requests):
        handler()
    return (time.process_time() - started) * 1000 / requests


def wall_ms(handler: Handler, *, requests: int) -> list[float]:
    """Return how long each of some requests took, the shortest first."""
    took = []
    for _ in range(requests):
        started = time.perf_counter()
        handler()
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)

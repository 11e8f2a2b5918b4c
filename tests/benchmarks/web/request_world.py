"""The API in process, beside a bare handler with one statement, over the same database."""

import json
import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy import Engine, text

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.settings import Settings
from sunwi.web.all_routes import all_routes
from sunwi.web.app import WebApp
from tests.unit.web.asking import ADMIN, LetIn, http_event

Handler = Callable[[dict[str, Any]], dict[str, Any]]


def own_handler(engine: Engine) -> Handler:
    """All routes over a database, for an admin."""
    house = CommandContainer(Adapters(Settings(), engine=engine))
    app = WebApp(all_routes(), house=lambda: house, guard=LetIn(ADMIN))
    return lambda event: app.resolve(event, None)


def bare_handler(engine: Engine, path: str, statement: str) -> Handler:
    """Powertools with one route, one statement and its rows as JSON: the least that such a request can cost."""
    resolver = APIGatewayHttpResolver()
    query = text(statement)

    @resolver.get(path)
    def read() -> Response[str]:
        with engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        body = json.dumps({"rows": rows}, ensure_ascii=False, default=str)
        return Response(status_code=200, content_type="application/json", body=body)

    return lambda event: resolver.resolve(event, LambdaContext())


def event_of(address: str) -> dict[str, Any]:
    """Ask for an address."""
    return http_event("GET", address)


def cpu_ms(handler: Handler, event: dict[str, Any], *, requests: int) -> float:
    """Return the processor's time for one of some requests."""
    started = time.process_time()
    for _ in range(requests):
        handler(event)
    return (time.process_time() - started) * 1000 / requests


def wall_ms(handler: Handler, event: dict[str, Any], *, requests: int) -> list[float]:
    """Return how long each of some requests took, the shortest first."""
    took = []
    for _ in range(requests):
        started = time.perf_counter()
        handler(event)
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)

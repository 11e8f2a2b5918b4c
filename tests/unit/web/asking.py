"""Ask the API, in process, as whoever a test says."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from typing_extensions import override

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account, Scope
from sunwi.domain.actor import Role
from sunwi.web.app import Guard, WebApp
from sunwi.web.caller import Caller
from sunwi.web.openapi.registry import all_answers
from sunwi.web.route import Route

ADMIN = Account(
    id="01990000-0000-7000-8000-00000000000a",
    email="admin@sunwi.test",
    role=Role.ADMIN,
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
)


@dataclass(frozen=True, slots=True)
class LetIn(Guard):
    """Lets everybody in as one account."""

    account: Account
    scope: Scope = Scope.WRITE

    @override
    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: datetime) -> Caller | None:
        return None if route.action is None else Caller(account=self.account, scope=self.scope)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Asking:
    """Routes over a house, asked as an account."""

    routes: tuple[Route, ...]
    house: CommandContainer
    account: Account = ADMIN
    scope: Scope = Scope.WRITE

    def ask(self, method: str, address: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Ask for an address with its query; a body that is no text is sent as JSON.

        What comes back must be as the reference describes it.
        """
        app = WebApp(self.routes, house=lambda: self.house, guard=LetIn(self.account, self.scope))
        answer = app.resolve(http_event(method, address, body, headers), None)
        reply = Reply(answer["statusCode"], answer.get("headers", {}), answer["body"])
        for route in self._routes_of(method, urlsplit(address).path):
            check_described(route, reply)
        return reply

    def _routes_of(self, method: str, path: str) -> list[Route]:
        """Return the route of a path; one without parameters comes first."""
        of_method = [route for route in self.routes if route.method == method]
        named = [route for route in of_method if route.path == path]
        return named or [each for each in of_method if re.fullmatch(re.sub(r"<\w+>", "[^/]+", each.path), path)]


def check_described(route: Route, reply: Reply) -> None:
    """Require that an answer without an error is one that the reference describes (`sunwi.web.openapi.answers`)."""
    if route.is_page:
        return
    described = all_answers().get(route.name)
    assert described is not None, f"nothing describes what {route.name} answers: add it to web/openapi/answers"
    models = {route.success: described.model, **described.also}
    if reply.status not in models:
        assert reply.status >= 300, f"{route.name} answered {reply.status}, which nothing describes"
    elif (model := models[reply.status]) is not None:
        model.model_validate_json(reply.body, strict=True)


def http_event(method: str, address: str, body: Any = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Write an event as the HTTP API does (payload format 2.0)."""
    parts = urlsplit(address)
    given = {"host": "api.sunwi.test", **(headers or {})}
    if body is not None and not isinstance(body, str):
        body, given = json.dumps(body, ensure_ascii=False), {"content-type": "application/json", **given}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": given,
        "requestContext": {
            "domainName": given["host"],
            "requestId": "request-1",
            "stage": "$default",
            "http": {"method": method, "path": parts.path, "sourceIp": "127.0.0.1", "userAgent": "test"},
            "timeEpoch": 0,
        },
        "body": body,
        "isBase64Encoded": False,
    }

"""All routes behind one door: who asks is let in, the request read, the route called, its answer written."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.request_claim import RequestKey
from sunwi.errors import InvalidInput, SunwiError
from sunwi.service.accounts.permissions import require
from sunwi.service.requests.claim_request import check_request_key
from sunwi.web.answer import Answer
from sunwi.web.caller import Caller
from sunwi.web.paths import Paths
from sunwi.web.problems import problem_answer, status_of, unexpected_answer
from sunwi.web.read_request import read_body, read_query
from sunwi.web.repeatable import answer_once, fingerprint_request
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.web.write_answer import write_answer

log = structlog.get_logger()

#: From here on a status is our fault, and logged as such.
_OUR_FAULT = 500


class Guard(Protocol):
    """Lets callers in."""

    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: datetime) -> Caller | None:
        """Return who a request is from; None of nobody in particular, where everybody may come.

        Raises:
            SunwiError: It may not come in.
        """
        ...


class WebApp:
    """The routes of the HTTP API.

    Args:
        routes: All of them.
        house: Returns the use cases, the same ones for a warm function's next request.
        guard: Lets callers in.
    """

    def __init__(self, routes: Iterable[Route], *, house: Callable[[], CommandContainer], guard: Guard) -> None:
        self.routes = tuple(routes)
        self._house, self._guard = house, guard
        self._paths = Paths(self.routes)
        self._resolver = APIGatewayHttpResolver()
        for route in self.routes:
            self._resolver.route(route.path, method=[route.method])(self._endpoint(route))
        self._resolver.not_found(self._missing)

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        """Answer an event of the HTTP API (payload format 2.0); HEAD as GET, without the body."""
        if event["requestContext"]["http"]["method"] != "HEAD":
            return self._resolver.resolve(event, context)
        about = event["requestContext"]
        asked = {**event, "requestContext": {**about, "http": {**about["http"], "method": "GET"}}}
        return {**self._resolver.resolve(asked, context), "body": "", "isBase64Encoded": False}

    def _endpoint(self, route: Route) -> Callable[..., Response[str]]:
        def endpoint(**path: str) -> Response[str]:
            started, event = perf_counter(), self._resolver.current_event
            visit = _Visit(event)
            answer = self._answer(route, visit, path)
            return visit.written(answer, route, started)

        return endpoint

    def _answer(self, route: Route, visit: "_Visit", path: Mapping[str, str]) -> Answer:
        try:
            house = self._house()
            at = house.adapters.clock.now()
            caller = visit.caller = self._guard.admit(visit.event, route, at=at)
            if route.action is not None and caller is not None:
                require(caller.actor, route.action, scope=caller.scope)
            request = _read(route, visit, path, house=house, at=at)
            if request.idempotency_key is None or caller is None:
                return route.handle(request)
            return _answer_once(route, visit, request)
        except SunwiError as error:
            return _problem(error, route, visit)
        except Exception:
            log.exception("request_failed", route=route.name, request_id=visit.id)
            return unexpected_answer(request_id=visit.id, is_page=route.is_page)

    def _missing(self, _error: Exception) -> Response[str]:
        started, visit = perf_counter(), _Visit(self._resolver.current_event)
        method, allowed = visit.event.http_method, self._paths.methods(visit.event.path)
        # A path with a parameter that no row could have is one that leads nowhere, too.
        if not allowed or method in allowed:
            answer = problem_answer(InvalidInput("there is nothing here", code="path_unknown"), request_id=visit.id)
            return visit.written(answer, None, started)
        error = InvalidInput(
            f"{method} cannot be used here: use {', '.join(allowed)}",
            code="method_unknown",
            method=method,
            allowed=", ".join(allowed),
        )
        answer = problem_answer(error, request_id=visit.id, headers={"Allow": ", ".join(allowed)})
        return visit.written(answer, None, started)


class _Visit:
    """One request on its way through the house.

    Attributes:
        caller: Who it is from, once that is known.
    """

    def __init__(self, event: APIGatewayProxyEventV2) -> None:
        self.event = event
        self.id = event.request_context.request_id
        self.headers = {name.lower(): value for name, value in event.headers.items()}
        self.caller: Caller | None = None

    @property
    def content(self) -> bytes:
        """The body's bytes; on AWS forms and files come as base64."""
        body = self.event.body or ""
        return b64decode(body) if self.event.is_base64_encoded else body.encode()

    def written(self, answer: Answer, route: Route | None, started: float) -> Response[str]:
        """Write its answer, and a line of the log: nothing of its address, query or body."""
        method = self.event.http_method
        response = write_answer(
            answer,
            if_none_match=self.headers.get("if-none-match"),
            is_get=method == "GET",
            request_id=self.id,
        )
        log.info(
            "request_answered",
            route=None if route is None else route.name,
            method=method,
            status=response.status_code,
            ms=round(1000 * (perf_counter() - started), 1),
            account=None if self.caller is None else self.caller.account.id,
            request_id=self.id,
        )
        return response


def _read(
    route: Route, visit: _Visit, path: Mapping[str, str], *, house: CommandContainer, at: datetime
) -> Request[Any, Any]:
    event, headers, content = visit.event, visit.headers, visit.content
    key = headers.get("idempotency-key") if route.method == "POST" else None
    return Request(
        house=house,
        caller=visit.caller,
        path=path,
        query=read_query(route.query, parse_qs(event.raw_query_string, keep_blank_values=True)),
        body=read_body(route.body, content, headers.get("content-type", ""), most=route.most_bytes, takes=route.takes),
        content=content,
        headers=headers,
        at=at,
        id=visit.id,
        idempotency_key=None if key is None else check_request_key(key),
        address=event.request_context.http.source_ip,
        cookies=tuple(event.cookies),
    )


def _answer_once(route: Route, visit: _Visit, request: Request[Any, Any]) -> Answer:
    def work() -> Answer:
        try:
            return route.handle(request)
        except SunwiError as error:
            return _problem(error, route, visit)

    event = visit.event
    fingerprint = fingerprint_request(route.method, event.path, event.raw_query_string, request.content)
    key = RequestKey(owner=request.actor.owner, key=request.idempotency_key or "", fingerprint=fingerprint)
    claims = request.house.requests.claim_request
    return answer_once(claims, key, work, at=request.at, is_secret=route.is_secret)


def _problem(error: SunwiError, route: Route, visit: _Visit) -> Answer:
    if status_of(error) >= _OUR_FAULT:
        log.error("request_refused", route=route.name, code=error.code, request_id=visit.id, exc_info=error)
    return problem_answer(error, request_id=visit.id, is_page=route.is_page)

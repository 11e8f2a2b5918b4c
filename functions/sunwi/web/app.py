"""All routes behind one door: who asks is let in, the request read, the route called, its answer written."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.errors import InvalidInput, SunwiError
from sunwi.service.accounts.permissions import require
from sunwi.web.answer import Answer
from sunwi.web.caller import Caller
from sunwi.web.problems import problem_answer, status_of, unexpected_answer
from sunwi.web.read_request import read_body, read_query
from sunwi.web.request import Request
from sunwi.web.route import Route

log = structlog.get_logger()

#: From here on a status is our fault, and logged as such.
_OUR_FAULT = 500


class Guard(Protocol):
    """Lets callers in."""

    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: datetime) -> Caller | None:
        """Return who a request is from; None on a route for everybody.

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
        self._house, self._guard = house, guard
        self._resolver = APIGatewayHttpResolver()
        for route in routes:
            self._resolver.route(route.path, method=[route.method])(self._endpoint(route))
        self._resolver.not_found(self._missing)

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        """Answer an event of the HTTP API (payload format 2.0)."""
        return self._resolver.resolve(event, context)

    def _endpoint(self, route: Route) -> Callable[..., Response[str]]:
        def endpoint(**path: str) -> Response[str]:
            event: APIGatewayProxyEventV2 = self._resolver.current_event
            return _written(self._answer(route, event, path))

        return endpoint

    def _answer(self, route: Route, event: APIGatewayProxyEventV2, path: Mapping[str, str]) -> Answer:
        request_id, at = event.request_context.request_id, datetime.now(UTC)
        try:
            caller = self._guard.admit(event, route, at=at)
            if route.action is not None and caller is not None:
                require(caller.actor, route.action, scope=caller.scope)
            headers = {name.lower(): value for name, value in event.headers.items()}
            content = _content(event)
            request: Request[Any, Any] = Request(
                house=self._house(),
                caller=caller,
                path=path,
                query=read_query(route.query, parse_qs(event.raw_query_string, keep_blank_values=True)),
                body=read_body(route.body, content, headers.get("content-type", "")),
                content=content,
                headers=headers,
                at=at,
                id=request_id,
                idempotency_key=headers.get("idempotency-key") if route.method == "POST" else None,
                address=event.request_context.http.source_ip,
            )
            return route.handle(request)
        except SunwiError as error:
            if status_of(error) >= _OUR_FAULT:
                log.exception("request_failed", route=route.name, code=error.code)
            return problem_answer(error, request_id=request_id)
        except Exception:
            log.exception("request_failed", route=route.name)
            return unexpected_answer(request_id=request_id)

    def _missing(self, _error: Exception) -> Response[str]:
        event = self._resolver.current_event
        error = InvalidInput(f"there is nothing at {event.path}", code="not_found", name="path", value=event.path)
        return _written(problem_answer(error, request_id=event.request_context.request_id))


def _content(event: APIGatewayProxyEventV2) -> bytes:
    """Return the body's bytes; on AWS forms and files come as base64."""
    body = event.body or ""
    return b64decode(body) if event.is_base64_encoded else body.encode()


def _written(answer: Answer) -> Response[str]:
    # "" and not None: the local stack's gateway cannot encode a body that is not there.
    body: Any = answer.content if answer.content is not None else ""
    if answer.document is not None:
        body = json.dumps(answer.document, ensure_ascii=False, separators=(",", ":"))
    return Response(
        status_code=answer.status,
        content_type=answer.content_type,
        body=body,
        headers=dict(answer.headers),
        cookies=list(answer.cookies),
    )

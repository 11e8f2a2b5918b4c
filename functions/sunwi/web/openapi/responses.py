"""What comes back: answers, and problems."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from sunwi.web.openapi.answered import Answered, Document
from sunwi.web.route import Route

_CONFLICT, _TOO_MANY, _UNAVAILABLE, _NO_CONTENT, _NOT_MODIFIED = 409, 429, 503, 204, 304
#: Statuses that may ask to come again later.
_LATER = frozenset({_CONFLICT, _TOO_MANY, _UNAVAILABLE})

#: Headers of answers, for all routes.
HEADERS: Mapping[str, Any] = {
    "ETag": {"description": "The version of what is answered.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "`true`: the first answer, again.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "X-Request-Id": {"description": "Leads to the log lines of the request.", "schema": {"type": "string"}},
}


class Problem(Document):
    """What went wrong (RFC 9457)."""

    type: str
    status: int
    code: str = Field(description="Stable; for programs.")
    title: str = Field(description="One Korean sentence; for people.")
    request_id: str = Field(description="Leads to the log lines of the request.")
    fields: dict[str, Any] = Field(default={}, description="What the sentence is about, by name.")


def shared_responses(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Return the responses that routes refer to.

    Args:
        problem: Refers to the schema of problems.
    """
    content = {"application/problem+json": {"schema": problem}}
    return {
        "NotModified": {"description": "It is the same still.", "headers": _headers("X-Request-Id", "ETag")},
        "Problem": {"description": "What went wrong.", "headers": _headers("X-Request-Id"), "content": content},
        "Later": {
            "description": "Not now: Retry-After says when to ask again, if that helps.",
            "headers": _headers("X-Request-Id", "Retry-After"),
            "content": content,
        },
    }


def responses_of(route: Route, answered: Answered, refs: Mapping[type[BaseModel], Any]) -> dict[str, Any]:
    """Return the responses of a route, by status."""
    found: dict[str, Any] = {
        str(status): _answer(route, status, refs[model] if model else None, answered.content_type)
        for status, model in {route.success: answered.model, **answered.also}.items()
    }
    if route.method == "GET":
        found[str(_NOT_MODIFIED)] = {"$ref": "#/components/responses/NotModified"}
    for status in {*_problems(route), *answered.problems}:
        if str(status) in found:
            found[str(status)]["content"]["application/problem+json"] = {"schema": refs[Problem]}
        else:
            name = "Later" if status in _LATER else "Problem"
            found[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(found.items()))


def _answer(route: Route, status: int, schema: Any, content_type: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    names = ["X-Request-Id"]
    if route.method == "GET":
        names.append("ETag")
    if route.method == "POST" and route.action is not None:
        names.append("Idempotency-Replayed")
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": _headers(*names)}
    if schema is not None:
        response["content"] = {"application/json": {"schema": schema}}
    elif status != _NO_CONTENT and content_type != "application/json":
        response["content"] = {content_type: {"schema": {"type": "string"}}}
    return response


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problems(route: Route) -> set[int]:
    """Return the statuses of problems that any route of the kind may have."""
    found = {403, 422, _TOO_MANY, 500, _UNAVAILABLE}
    is_change = route.method != "GET"
    if route.action is not None:
        found.add(401)
    # A query may name a row, too, whose things are to be listed.
    if "<" in route.path or is_change or route.query is not None:
        found.add(404)
    if is_change:
        found.add(_CONFLICT)
    if route.body is not None or route.takes:
        found |= {413, 415}
    return found

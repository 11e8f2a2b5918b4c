"""Write the OpenAPI document of all routes.

Source: OpenAPI Specification 3.1.0.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sunwi.service.accounts.permissions import ROLES_OF, is_change
from sunwi.web.all_routes import all_routes
from sunwi.web.openapi.answered import Answered
from sunwi.web.openapi.parameters import PARAMETERS, parameters_of
from sunwi.web.openapi.registry import all_answers
from sunwi.web.openapi.responses import HEADERS, Problem, responses_of, shared_responses
from sunwi.web.route import Route

#: Major: something that callers rely on has changed or is gone; minor: something has come; patch: words.
API_VERSION = "1.0.0"

_REF = "#/components/schemas/{model}"
_DESCRIPTION = (
    "Every answer is JSON, and every error application/problem+json with a stable `code` and a Korean `title`. "
    "Lists come page by page: `next` of one answer is `after` of the next request. "
    "Times are ISO 8601 with their offset; a `date` is a day in Korea."
)


@cache
def api_document() -> dict[str, Any]:
    """Return the document of all routes."""
    return build_document(all_routes(), all_answers())


def build_document(routes: Iterable[Route], answers: Mapping[str, Answered]) -> dict[str, Any]:
    """Write the document of some routes.

    Args:
        routes: Pages among them are left out.
        answers: What each of them answers, by its name.

    Raises:
        KeyError: Nothing describes what a route answers.
    """
    described = sorted((route for route in routes if not route.is_page), key=lambda route: (route.path, route.method))
    refs, schemas = _schemas(described, answers)
    paths: dict[str, dict[str, Any]] = {}
    for route in described:
        at = paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", route.path), {})
        at[route.method.lower()] = _operation(route, answers[route.name], refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sunwi API", "version": API_VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": dict(PARAMETERS),
            "headers": dict(HEADERS),
            "responses": shared_responses(refs[Problem]),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key: `sunwi_live_…`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-sunwi", "description": "A browser's."},
            },
        },
    }


def _schemas(
    routes: Sequence[Route], answers: Mapping[str, Answered]
) -> tuple[Mapping[type[BaseModel], Any], dict[str, Any]]:
    """Return a reference to each model, and the models' schemas by name."""
    models: dict[type[BaseModel], None] = {Problem: None}
    for route in routes:
        answered = answers[route.name]
        for model in (route.body, answered.model, *answered.also.values()):
            if model is not None:
                models[model] = None
    found, document = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    return {model: found[model, "validation"] for model in models}, dict(sorted(document.get("$defs", {}).items()))


def _operation(route: Route, answered: Answered, refs: Mapping[type[BaseModel], Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": _who(route),
        "tags": [_tag(route.path)],
    }
    if parameters := parameters_of(route):
        operation["parameters"] = parameters
    content = {kind: {"schema": {"type": "string"}} for kind in route.takes}
    if route.body is not None:
        content["application/json"] = {"schema": refs[route.body]}
    if content:
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"] = responses_of(route, answered, refs)
    if route.action is None:
        operation["security"] = [{}, {"key": []}, {"session": []}]
    return operation


def _who(route: Route) -> str:
    if route.action is None:
        return "For everybody."
    roles = ", ".join(sorted(role.value for role in ROLES_OF[route.action]))
    return (
        f"Roles: {roles}. {'Takes a key that may write.' if is_change(route.action) else 'A key that reads suffices.'}"
    )


def _tag(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    return parts[2] if parts[:2] == ["api", "v1"] and len(parts) > 2 else "system"  # noqa: PLR2004 - behind /api/v1

"""Parameters of paths, queries and headers."""

import re
from collections.abc import Mapping
from typing import Any

from sunwi.domain.request_claim import MAX_REQUEST_KEY_LENGTH
from sunwi.web.route import Route

_REF = "#/components/schemas/{model}"

#: Headers of requests, for all routes.
PARAMETERS: Mapping[str, Any] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": (
            "Makes the request one that may be repeated: the same key with the same request is answered with the first "
            "answer for 24 hours, with another request 409."
        ),
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_REQUEST_KEY_LENGTH, "pattern": "^[!-~]+$"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "An ETag: what is the same still is answered with 304 and no body.",
        "schema": {"type": "string"},
    },
}


def parameters_of(route: Route) -> list[dict[str, Any]]:
    """Return all parameters of a route but its body."""
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"<(\w+)>", route.path)
    ]
    found += _of_query(route)
    if route.method == "POST" and route.action is not None:
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if route.method == "GET":
        found.append({"$ref": "#/components/parameters/IfNoneMatch"})
    return found


def _of_query(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema(ref_template=_REF)
    parts, required = schema.get("$defs", {}), schema.get("required", [])
    return [
        _parameter(name, _plain(part, parts), is_required=name in required)
        for name, part in schema["properties"].items()
    ]


def _parameter(name: str, schema: dict[str, Any], *, is_required: bool) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": "query", "required": is_required}
    if description := schema.pop("description", None):
        parameter["description"] = description
    return {**parameter, "schema": schema}


def _plain(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without null, which no query can say, and with what it refers to in its place."""
    schema = {name: value for name, value in schema.items() if name != "title"}
    if "$ref" in schema:
        referred = parts[schema.pop("$ref").rpartition("/")[2]]
        schema = {**_plain(referred, parts), **schema}
    if "anyOf" in schema:
        choices = [_plain(each, parts) for each in schema.pop("anyOf") if each.get("type") != "null"]
        schema = {**choices[0], **schema} if len(choices) == 1 else {"anyOf": choices, **schema}
    if isinstance(schema.get("items"), dict):
        schema["items"] = _plain(schema["items"], parts)
    return {name: value for name, value in schema.items() if not (name == "default" and value is None)}

"""Draw the OpenAPI document as one page, without scripts."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from sunwi.web.openapi.document import api_document

_FOLDER = Path(__file__).parent
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color-scheme:light dark}"
    "code,pre{font-family:ui-monospace,monospace;font-size:.9em}h2{margin-top:2.5rem}h3{margin:2rem 0 .25rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;"
    "border-bottom:1px solid #8886}section{overflow-x:auto}"
)


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """The page, and the policy that lets its style in and nothing else."""

    html: str
    policy: str


@cache
def reference_page() -> ReferencePage:
    """Return the page of all routes."""
    return draw_reference(api_document())


def draw_reference(document: dict[str, Any]) -> ReferencePage:
    """Draw a document."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shape"] = shape_of
    operations: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            drawn = {**_resolved(operation, document), "at": f"{method.upper()} {path}"}
            operations.setdefault(operation["tags"][0], []).append(drawn)
    html = environment.get_template("reference.html").render(
        info=document["info"],
        style=_STYLE,
        operations=dict(sorted(operations.items())),
        schemas=document["components"]["schemas"],
    )
    hashed = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return ReferencePage(html, policy)


def _resolved(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Put what is shared in the place of what refers to it."""
    shared = document["components"]

    def found(part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        _, _, kind, name = str(part["$ref"]).split("/")
        return dict(shared[kind][name])

    return {
        **operation,
        "parameters": [found(one) for one in operation.get("parameters", [])],
        "responses": {status: found(one) for status, one in operation["responses"].items()},
    }


def shape_of(schema: dict[str, Any]) -> str:
    """Name what a schema takes, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for choices in ("anyOf", "allOf", "oneOf"):
        if choices in schema:
            return " | ".join(shape_of(each) for each in schema[choices])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"[{shape_of(schema.get('items', {}))}]"
    limits = [f"{word} {schema[name]}" for name, word in _LIMITS.items() if name in schema]
    return " ".join([str(schema.get("format") or schema.get("type", "any")), *limits])


_LIMITS = {"minimum": "≥", "maximum": "≤", "maxLength": "of at most", "default": "="}

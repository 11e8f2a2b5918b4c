"""What callers would trip over is found, and what they would not notice is not."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from infra.openapi.breaking import find_breaking_changes, may_break

Document = dict[str, Any]

BEFORE: Document = {
    "info": {"version": "1.4.0"},
    "paths": {
        "/notes": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer"}},
                    {
                        "name": "state",
                        "in": "query",
                        "required": False,
                        "schema": {"enum": ["a", "b"], "type": "string"},
                    },
                    {"$ref": "#/components/parameters/Tag"},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}},
                    "422": {"$ref": "#/components/responses/Problem"},
                },
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}}
                },
            },
        },
        "/notes/{id}": {"delete": {"responses": {"204": {"description": ""}}}},
    },
    "components": {
        "parameters": {
            "Tag": {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
        },
        "responses": {"Problem": {"description": ""}},
        "schemas": {
            "Page": {
                "type": "object",
                "properties": {
                    "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
                    "next": {"type": "string"},
                },
                "required": ["notes"],
            },
            "Note": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "text": {"type": "string"},
                    "rank": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                    "parent": {"anyOf": [{"$ref": "#/components/schemas/Note"}, {"type": "null"}]},
                },
                "required": ["id", "text"],
            },
            "New": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "kind": {"$ref": "#/components/schemas/Kind"}},
                "required": ["text"],
            },
            "Kind": {"enum": ["blog", "cafe"], "type": "string"},
        },
    },
}


def schema(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def get(document: Document) -> Document:
    found: Document = document["paths"]["/notes"]["get"]
    return found


BREAKING: dict[str, tuple[Callable[[Document], object], str]] = {
    "a path": (lambda new: new["paths"].pop("/notes/{id}"), "DELETE /notes/{id}: is gone"),
    "a method": (lambda new: new["paths"]["/notes"].pop("post"), "POST /notes: is gone"),
    "a parameter": (lambda new: get(new)["parameters"].pop(0), "GET /notes: takes no limit (query) any more"),
    "a header": (lambda new: get(new)["parameters"].pop(2), "GET /notes: takes no If-None-Match (header) any more"),
    "a parameter that is wanted": (
        lambda new: get(new)["parameters"][0].update(required=True),
        "GET /notes: wants limit (query)",
    ),
    "a new parameter that is wanted": (
        lambda new: get(new)["parameters"].append(
            {"name": "client", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "GET /notes: wants client (query)",
    ),
    "a value of a parameter": (
        lambda new: get(new)["parameters"][1]["schema"].update(enum=["a"]),
        "GET /notes state (query): takes no b",
    ),
    "a parameter's type": (
        lambda new: get(new)["parameters"][0]["schema"].update(type="boolean"),
        "GET /notes limit (query): takes no integer",
    ),
    "a field of an answer": (
        lambda new: schema(new, "Note")["properties"].pop("text"),
        "GET /notes 200 notes: text is gone",
    ),
    "a field that was always there": (
        lambda new: schema(new, "Note")["required"].remove("text"),
        "GET /notes 200 notes: may leave out text",
    ),
    "a field's type": (
        lambda new: schema(new, "Note")["properties"]["id"].update(type="string"),
        "GET /notes 200 notes id: may be string",
    ),
    "a field that may be null": (
        lambda new: schema(new, "Note")["properties"].update(text={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "GET /notes 200 notes text: may be null",
    ),
    "a field of a body": (lambda new: schema(new, "New")["properties"].pop("kind"), "POST /notes body: kind is gone"),
    "a field that a body must have": (
        lambda new: schema(new, "New")["required"].append("kind"),
        "POST /notes body: wants kind",
    ),
    "a value of a body": (
        lambda new: schema(new, "Kind").update(enum=["blog"]),
        "POST /notes body kind: takes no cafe",
    ),
    "a status": (
        lambda new: get(new)["responses"].update({"202": get(new)["responses"].pop("200")}),
        "GET /notes: answers 200 no more",
    ),
    "a body where there was none": (
        lambda new: new["paths"]["/notes/{id}"]["delete"].update(
            requestBody={"content": {"application/json": {"schema": {"type": "object"}}}}
        ),
        "DELETE /notes/{id}: wants a body",
    ),
}

HARMLESS: dict[str, Callable[[Document], object]] = {
    "nothing": lambda _new: None,
    "a path": lambda new: new["paths"].update({"/more": {"get": {"responses": {}}}}),
    "a parameter": lambda new: get(new)["parameters"].append(
        {"name": "client", "in": "query", "required": False, "schema": {"type": "string"}}
    ),
    "a value that is taken": lambda new: get(new)["parameters"][1]["schema"].update(enum=["a", "b", "c"]),
    "a field of an answer": lambda new: schema(new, "Note")["properties"].update(tags={"type": "array"}),
    "a field of a body": lambda new: schema(new, "New")["properties"].update(tags={"type": "array"}),
    "a field that is always there now": lambda new: schema(new, "Page")["required"].append("next"),
    "an error": lambda new: get(new)["responses"].pop("422"),
    "a word": lambda new: get(new).update(summary="Other words."),
}


@pytest.mark.parametrize("what", BREAKING)
def test_what_is_gone_or_wanted_is_found(what: str) -> None:
    change, line = BREAKING[what]
    after = copy.deepcopy(BEFORE)
    change(after)
    assert line in find_breaking_changes(BEFORE, after)


@pytest.mark.parametrize("what", HARMLESS)
def test_what_comes_on_top_is_not(what: str) -> None:
    after = copy.deepcopy(BEFORE)
    HARMLESS[what](after)
    assert find_breaking_changes(BEFORE, after) == []


@pytest.mark.parametrize(("version", "may"), [("1.5.0", False), ("1.4.1", False), ("2.0.0", True)])
def test_only_a_new_major_version_may_break_anything(version: str, may: bool) -> None:  # noqa: FBT001 - an outcome
    assert may_break(BEFORE, {"info": {"version": version}}) is may

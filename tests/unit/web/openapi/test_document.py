"""The document says what the routes do, and docs/ has it."""

import json
import re

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # no stubs for one call

from infra.openapi.breaking import find_breaking_changes, may_break
from infra.openapi.write import BASELINE, SNAPSHOT, text_of
from sunwi.web.all_routes import all_routes
from sunwi.web.openapi.document import api_document, build_document
from sunwi.web.openapi.reference import draw_reference, shape_of
from sunwi.web.openapi.registry import all_answers

ROUTES = all_routes()
JSON_ROUTES = [route for route in ROUTES if not route.is_page]


def test_every_route_says_what_it_answers_and_nothing_else_is_described() -> None:
    names = {route.name for route in JSON_ROUTES}
    assert names - all_answers().keys() == set()
    assert all_answers().keys() - {route.name for route in ROUTES} == set()


def test_the_document_in_docs_is_that_of_the_routes() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == text_of(api_document()), "write it: make openapi"


def test_nothing_that_callers_of_the_last_release_rely_on_has_changed() -> None:
    before, after = json.loads(BASELINE.read_text(encoding="utf-8")), api_document()
    if not may_break(before, after):
        assert find_breaking_changes(before, after) == []


def test_every_reference_leads_somewhere() -> None:
    document = api_document()
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        part = document
        for name in reference.split("/"):
            part = part[name]


def test_every_schema_is_one_of_json_schema() -> None:
    for schema in api_document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_names_its_errors_and_what_makes_it_repeatable() -> None:
    document = api_document()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            statuses = operation["responses"].keys()
            assert statuses >= {"429", "500", "503"}, operation["operationId"]
            is_open = {} in operation.get("security", [])
            assert ("401" in statuses) is not is_open
            assert ("{" not in path) or "404" in statuses
            taken = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation.get("parameters", [])}
            assert ("IdempotencyKey" in taken) is (method == "post" and not is_open)
            assert ("IfNoneMatch" in taken) is (method == "get")


def test_no_query_may_be_null() -> None:
    for methods in api_document()["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                assert '"null"' not in json.dumps(parameter)


def test_the_reference_shows_every_operation_and_every_schema_without_scripts() -> None:
    document = api_document()
    page = draw_reference(document)
    assert "<script" not in page.html
    assert "'sha256-" in page.policy
    assert "unsafe" not in page.policy
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page.html
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.html


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ({"$ref": "#/components/schemas/Tracking"}, "Tracking"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer | null"),
        ({"enum": ["a", "b"], "type": "string"}, "a | b"),
        ({"const": "a"}, "a"),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, "[date]"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "integer ≥ 1 ≤ 9"),
        ({}, "any"),
    ],
)
def test_a_schema_is_named_in_a_few_words(schema: dict[str, object], shape: str) -> None:
    assert shape_of(schema) == shape


def test_a_route_that_nobody_describes_is_found() -> None:
    with pytest.raises(KeyError, match="list_trackings"):
        build_document(ROUTES, {name: one for name, one in all_answers().items() if name != "list_trackings"})

"""What every request meets, whichever route it is for."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import structlog

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Scope
from sunwi.web.app import WebApp
from tests.unit.web.asking import ADMIN, LetIn, Reply, http_event
from tests.unit.web.small_routes import Small


def ask(house: CommandContainer, small: Small, method: str, address: str, body: Any = None, **headers: str) -> Reply:
    app = WebApp(small.routes, house=lambda: house, guard=LetIn(ADMIN))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.resolve(http_event(method, address, body, named), None)
    return Reply(answer["statusCode"], answer.get("headers", {}), answer["body"])


@pytest.fixture
def small() -> Small:
    return Small()


def test_a_path_that_leads_nowhere_is_told_in_korean(house: CommandContainer, small: Small) -> None:
    reply = ask(house, small, "GET", "/api/v1/nothing")
    assert (reply.status, reply.document["code"]) == (404, "path_unknown")
    assert reply.document["title"] == "이 주소에는 아무것도 없습니다"
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/notes", "GET, HEAD, POST"),
        ("GET", "/api/v1/notes/7", "DELETE"),
        ("OPTIONS", "/api/v1/notes/7", "DELETE"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_told_with_those_that_it_takes(
    house: CommandContainer, small: Small, method: str, path: str, allowed: str
) -> None:
    reply = ask(house, small, method, path)
    assert (reply.status, reply.document["code"], reply.headers["Allow"]) == (405, "method_unknown", allowed)


@pytest.mark.parametrize("note", ["%22", '"', "#"])
def test_a_path_whose_parameter_no_row_could_have_leads_nowhere(
    house: CommandContainer, small: Small, note: str
) -> None:
    assert ask(house, small, "DELETE", f"/api/v1/notes/{note}").status in {204, 404}
    assert ask(house, small, "DELETE", '/api/v1/notes/"').status == 404


def test_head_is_get_without_the_body(house: CommandContainer, small: Small) -> None:
    got, head = (ask(house, small, method, "/api/v1/notes") for method in ("GET", "HEAD"))
    assert (head.status, head.body, got.body != "") == (200, "", True)
    assert head.headers["ETag"] == got.headers["ETag"]


def test_korean_is_not_escaped(house: CommandContainer, small: Small) -> None:
    assert '"강남 맛집"' in ask(house, small, "GET", "/api/v1/notes").body


@pytest.mark.parametrize("path", ["/api/v1/notes", "/api/v1/nothing", "/api/v1/notes?wrong=1"])
def test_every_answer_has_what_protects_its_reader(house: CommandContainer, small: Small, path: str) -> None:
    headers = ask(house, small, "GET", path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Request-Id"] == "request-1"


@pytest.mark.parametrize("given", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_what_its_sender_has_is_not_sent_again(house: CommandContainer, small: Small, given: str) -> None:
    tag = ask(house, small, "GET", "/api/v1/notes").headers["ETag"]
    reply = ask(house, small, "GET", "/api/v1/notes", if_none_match=given.format(tag=tag))
    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, "", tag)


def test_what_has_changed_is_sent(house: CommandContainer, small: Small) -> None:
    reply = ask(house, small, "GET", "/api/v1/notes?limit=3", if_none_match='"other"')
    assert (reply.status, reply.document["limit"]) == (200, 3)


def test_a_route_that_knows_its_version_is_spared_the_work(house: CommandContainer, small: Small) -> None:
    small.version = "7"
    first = ask(house, small, "GET", "/api/v1/notes")
    again = ask(house, small, "GET", "/api/v1/notes", if_none_match=first.headers["ETag"])
    assert (first.headers["ETag"], again.status, again.headers["ETag"], small.done) == ('"v7"', 304, '"v7"', ["read"])


def test_a_fault_of_ours_tells_nothing_but_the_number_of_its_log_line(house: CommandContainer, small: Small) -> None:
    for text, status in (("broken", 500), ("away", 503)):
        with structlog.testing.capture_logs() as logs:
            reply = ask(house, small, "POST", "/api/v1/notes", {"text": text})
        assert reply.status == status
        assert "request-1" in reply.document["title"]
        assert "kim" not in reply.body
        assert "db.internal" not in reply.body
        assert [line["request_id"] for line in logs] == ["request-1", "request-1"]
    assert reply.headers["Retry-After"] == "5"


def test_a_request_leaves_one_line_without_its_words(house: CommandContainer, small: Small) -> None:
    with structlog.testing.capture_logs() as logs:
        ask(house, small, "POST", "/api/v1/notes?limit=3", {"text": "비밀"})
        ask(house, small, "POST", "/api/v1/notes", {"text": "비밀"})
    assert [(line["event"], line["route"], line["method"], line["status"]) for line in logs] == [
        ("request_answered", "write_note", "POST", 422),
        ("request_answered", "write_note", "POST", 201),
    ]
    assert {line["account"] for line in logs} == {ADMIN.id}
    assert "비밀" not in str(logs)
    assert "limit" not in str(logs)


def test_a_key_that_only_reads_changes_nothing(house: CommandContainer, small: Small) -> None:
    app = WebApp(small.routes, house=lambda: house, guard=LetIn(ADMIN, Scope.READ))
    answer = app.resolve(http_event("POST", "/api/v1/notes", {"text": "x"}), None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"], small.done) == (403, "key_only_reads", [])


#: Bodies that no route can use → what is said of them.
HOSTILE: Mapping[str, tuple[str, str, int, str]] = {
    "no JSON": ("{", "application/json", 422, "body_not_json"),
    "deep": ("[" * 100_000, "application/json", 422, "body_not_json"),
    "not a number": ('{"text": NaN}', "application/json", 422, "body_not_json"),
    "half a pair": ('{"text": "\\ud800"}', "application/json", 422, "body_not_json"),
    "unknown field": ('{"texts": "x"}', "application/json", 422, "request_invalid"),
    "wrong type": ('{"text": 1}', "application/json", 422, "request_invalid"),
    "a list": ("[]", "application/json", 422, "request_invalid"),
    "nothing": ("", "application/json", 422, "body_not_json"),
    "another form": ("text=x", "application/x-www-form-urlencoded", 415, "body_type_unknown"),
    "too much": ('{"text": "' + "가" * 400_000 + '"}', "application/json", 413, "body_too_large"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_body_that_is_no_use_is_a_clear_answer(house: CommandContainer, small: Small, what: str) -> None:
    body, kind, status, code = HOSTILE[what]
    reply = ask(house, small, "POST", "/api/v1/notes", body, content_type=kind)
    assert (reply.status, reply.document["code"], small.done) == (status, code, [])


@pytest.mark.parametrize("query", ["limit=x", "limit=1&limit=2", "other=1", "limit=%ff"])
def test_a_query_that_is_no_use_names_what_is_wrong(house: CommandContainer, small: Small, query: str) -> None:
    reply = ask(house, small, "GET", f"/api/v1/notes?{query}")
    assert (reply.status, reply.document["code"]) == (422, "request_invalid")
    assert reply.document["fields"]["problems"][0]["field"] in {"limit", "other"}

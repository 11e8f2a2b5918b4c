import json
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from api.handler import handler
from sunwi.web.front_door import front_door
from tests.unit.web.asking import http_event

CONTEXT = SimpleNamespace(aws_request_id="invocation")


@pytest.fixture(autouse=True)
def _new_door() -> None:
    """Nobody has asked before."""
    front_door.cache_clear()


def ask(path: str, **headers: str) -> dict[str, Any]:
    return handler(http_event("GET", path, None, headers), CONTEXT)


@pytest.mark.usefixtures("container")
def test_everybody_may_ask_for_health() -> None:
    answer = ask("/health")
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "healthy"})
    assert get_contextvars()["invocation_id"] == "invocation"


@pytest.mark.usefixtures("container")
def test_nobody_may_ask_for_figures() -> None:
    answer = ask("/metrics")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (401, "signed_out")


@pytest.mark.usefixtures("container")
def test_a_key_that_is_none_is_counted() -> None:
    assert [ask("/metrics", authorization="Bearer guess")["statusCode"] for _ in range(31)] == [401] * 30 + [429]


@pytest.mark.usefixtures("container")
def test_a_link_that_is_none_leads_nowhere() -> None:
    assert ask("/f/unknown")["statusCode"] == 404


@pytest.mark.usefixtures("container")
def test_a_line_of_the_log_leads_from_the_answer_and_has_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask("/f/secret-token?q=secret-word")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [line for line in lines if line["event"] == "request_answered"]
    assert (line["request_id"], line["route"], line["status"]) == (answer["headers"]["X-Request-Id"], "open_file", 422)
    assert "secret" not in str(lines)

"""Every example of docs/api.md, in process."""

import io
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from typing_extensions import override

from infra.local.stack.localise import ROOT
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.errors import Forbidden
from sunwi.testing.jobs import InMemoryTender
from sunwi.web.all_routes import all_routes
from sunwi.web.app import Guard, WebApp
from sunwi.web.caller import Caller
from sunwi.web.route import Route
from tests.examples import NIGHT, place_tracking
from tests.unit.web.asking import ADMIN, Reply, http_event

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
SUNWI, KEY = "https://api.example.com", "sunwi_live_…"

BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Curl:
    """One call of the page, and the status that it says comes back."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    status: int
    again: bool


def calls() -> Iterator[Curl]:
    for kind, block in BLOCKS:
        if kind != "sh":
            continue
        for command in block.replace("\\\n", " ").splitlines():
            if command.startswith("curl "):
                yield read_curl(command)


def read_curl(command: str) -> Curl:
    line, _, expected = command.rpartition("#")
    words = iter(shlex.split(line.replace("$SUNWI_KEY", KEY).replace("$SUNWI", SUNWI))[1:])
    method, url, headers, body, query = "GET", "", {}, None, []
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif word == "--data-urlencode":
            name, _, value = next(words).partition("=")
            query.append((name, value))
        elif word != "-G":
            assert not url, f"two addresses: {command}"
            url = word
    url += f"?{urlencode(query)}" if query else ""
    status, _, remark = expected.strip().partition(", ")
    return Curl(method, url, headers, body, int(status), remark == "again")


class OneKey(Guard):
    """Knows the page's key."""

    @override
    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: datetime) -> Caller | None:
        if event.headers.get("Authorization") == f"Bearer {KEY}":
            return Caller(account=ADMIN)
        if route.action is None:
            return None
        raise Forbidden("no", code="signed_out")


Ask = Callable[[str, str, dict[str, str], str | None], Reply]


@pytest.fixture
def ask(house: CommandContainer) -> Ask:
    house.adapters.__dict__["tender"] = InMemoryTender()
    with house.adapters.store.begin() as tx:
        trackings = [place_tracking(number) for number in (101, 102, 103, 104, 105)]
        tx.trackings.add([replace(one, keyword=f"강남 {at}") for at, one in enumerate(trackings)], at=NIGHT)
        tx.job_queue.record_tick(NIGHT)
    app = WebApp(all_routes(), house=lambda: house, guard=OneKey())

    def send(method: str, url: str, headers: dict[str, str], body: str | None) -> Reply:
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == SUNWI
        answer = app.resolve(http_event(method, f"{parts.path}?{parts.query}", body, headers), None)
        return Reply(answer["statusCode"], answer["headers"], answer["body"])

    return send


def test_the_page_has_at_least_ten_examples() -> None:
    assert len(list(calls())) + sum(kind == "python" for kind, _ in BLOCKS) >= 10


def test_every_call_of_the_page_is_answered_as_it_says(ask: Ask) -> None:
    for call in calls():
        reply = ask(call.method, call.url, call.headers, call.body)
        assert reply.status == call.status, f"{call}: {reply.body}"
        assert (reply.headers.get("Idempotency-Replayed") == "true") is call.again


@pytest.mark.parametrize("source", [block for kind, block in BLOCKS if kind == "python"])
def test_every_program_of_the_page_runs(ask: Ask, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    asked: list[str] = []

    def urlopen(request: Request) -> Any:
        asked.append(request.full_url)
        headers = {name.title(): value for name, value in request.header_items()}
        reply = ask(request.get_method(), request.full_url, headers, None)
        message = Message()
        for name, value in reply.headers.items():
            message[name] = value
        if reply.status >= 300:
            raise HTTPError(request.full_url, reply.status, "", message, io.BytesIO(reply.body.encode()))
        answer: Any = io.BytesIO(reply.body.encode())
        answer.headers = message
        return answer

    monkeypatch.setenv("SUNWI", SUNWI)
    monkeypatch.setenv("SUNWI_KEY", KEY)
    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    names: dict[str, Any] = {}
    exec(compile(source, "docs/api.md", "exec"), names)  # noqa: S102 - the page is ours
    assert asked
    if "keywords" in names:
        assert (names["keywords"], len(asked)) == ([f"강남 {at}" for at in range(5)], 3)

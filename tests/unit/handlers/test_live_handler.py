from types import SimpleNamespace
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from live.handler import handler
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.live import Watcher
from sunwi.service.live.keep_connections import KeepConnections
from sunwi.service.live.make_ticket import MakeTicket
from sunwi.testing.live import InMemoryConnections
from tests.parts import replace_parts
from tests.unit.web.asking import ADMIN

CONTEXT = SimpleNamespace(aws_request_id="request")
OURS = "https://sunwi.example.com"


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"requestContext": {"eventType": kind, "connectionId": "c1"}, "isBase64Encoded": False, **more}


@pytest.fixture
def connections(container: CommandContainer) -> InMemoryConnections:
    """Connections that are held, and an admin who has signed in."""
    held, adapters = InMemoryConnections(), container.adapters
    keep = KeepConnections(store=adapters.store, connections=held, clock=adapters.clock, public_address=OURS)
    tickets = MakeTicket(store=adapters.store, address="wss://live.invalid", new_secret=lambda: "ticket")
    replace_parts(container, connections=held, keep_connections=keep, make_ticket=tickets)
    with adapters.store.begin() as tx:
        tx.accounts.add(ADMIN)
    return held


def connect(container: CommandContainer, *, origin: str = OURS, ticket: str = "ticket") -> int:
    opened = container.accounts.keep_sessions.open(sub="sub-1", email=ADMIN.email)
    watcher = Watcher(opened.session.id_hash, ADMIN.id)
    container.live.make_ticket.make(watcher, at=container.adapters.clock.now())
    asked = event("CONNECT", headers={"Origin": origin}, queryStringParameters={"ticket": ticket})
    return int(handler(asked, CONTEXT)["statusCode"])


def count(container: CommandContainer) -> int:
    with container.adapters.store.read() as tx:
        return len(tx.live_pages.of_account(ADMIN.id))


def test_a_page_comes_in_by_its_ticket_watches_and_goes(
    container: CommandContainer, connections: InMemoryConnections
) -> None:
    assert (connect(container), count(container)) == (200, 1)
    assert get_contextvars()["function"] == "live"
    assert handler(event("MESSAGE", body='{"topic": "jobs:mine"}'), CONTEXT) == {"statusCode": 200}
    assert connections.told == [("c1", {"topic": "jobs:mine", "version": 0})]
    assert handler(event("DISCONNECT"), CONTEXT) == {"statusCode": 200}
    assert count(container) == 0


@pytest.mark.parametrize(("origin", "ticket"), [("https://evil.example", "ticket"), (OURS, "another"), (OURS, "")])
@pytest.mark.usefixtures("connections")
def test_who_may_not_come_in_is_refused(container: CommandContainer, origin: str, ticket: str) -> None:
    assert (connect(container, origin=origin, ticket=ticket), count(container)) == (403, 0)


@pytest.mark.usefixtures("connections")
def test_an_event_without_headers_or_query_is_refused_and_no_fault(container: CommandContainer) -> None:
    assert handler(event("CONNECT", headers=None, queryStringParameters=None), CONTEXT) == {"statusCode": 403}
    assert count(container) == 0

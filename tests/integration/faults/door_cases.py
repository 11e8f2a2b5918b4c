"""What the handlers of the front door are given: requests, and pages that stay open."""

from typing import Any

from api.handler import handler as answer
from live.handler import handler as keep_page
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.live import Watcher
from sunwi.service.live.keep_connections import KeepConnections
from sunwi.service.live.make_ticket import MakeTicket
from sunwi.testing.live import InMemoryConnections
from tests.integration.faults.invoked import Context
from tests.parts import replace_parts
from tests.unit.web.asking import ADMIN as ADMIN_ACCOUNT
from tests.unit.web.asking import http_event


def ask(path: str, **headers: str) -> int:
    """Return the status of an answer of the API."""
    asked = answer(http_event("GET", path, None, headers), Context())
    return int(asked["statusCode"])


def answered(_: CommandContainer) -> None:
    assert ask("/health") == 200


def answered_about_nothing(_: CommandContainer) -> None:
    assert ask("/f/no-such-link") == 404


def guessed(_: CommandContainer) -> None:
    assert ask("/metrics", authorization="Bearer guess") == 401


def not_counted(_: CommandContainer) -> None:
    assert ask("/metrics", authorization="Bearer guess") == 503


OURS = "https://sunwi.example.com"


def of_a_page(kind: str, **more: Any) -> int:
    """Return the status of what the function of open pages answers."""
    event = {"requestContext": {"eventType": kind, "connectionId": "c1"}, **more}
    return int(keep_page(event, Context())["statusCode"])


def open_page(container: CommandContainer, origin: str = OURS) -> int:
    """Sign an admin in, and connect a page by a ticket."""
    adapters, held = container.adapters, InMemoryConnections()
    keep = KeepConnections(store=adapters.store, connections=held, clock=adapters.clock, public_address=OURS)
    tickets = MakeTicket(store=adapters.store, address="wss://live.invalid", new_secret=lambda: "ticket")
    replace_parts(container, connections=held, keep_connections=keep)
    with adapters.store.begin() as tx:
        tx.accounts.add(ADMIN_ACCOUNT)
    opened = container.accounts.keep_sessions.open(sub="sub-1", email=ADMIN_ACCOUNT.email)
    tickets.make(Watcher(opened.session.id_hash, ADMIN_ACCOUNT.id), at=adapters.clock.now())
    return of_a_page("CONNECT", headers={"Origin": origin}, queryStringParameters={"ticket": "ticket"})


def a_page_came_and_went(container: CommandContainer) -> None:
    assert open_page(container) == 200
    assert of_a_page("MESSAGE", body='{"topic": "jobs:mine"}') == 200
    assert of_a_page("DISCONNECT") == 200


def a_page_of_another_site(container: CommandContainer) -> None:
    assert open_page(container, "https://evil.example") == 403

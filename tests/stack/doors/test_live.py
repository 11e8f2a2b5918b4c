"""An open page is told when its job goes on, and nobody else's page is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from infra.local.stack import wait_for
from sunwi.adapters.browser.warm_browser import find_browser
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.job_order import JobOrder
from tests.stack.doors.open_doors import Doors, new_page, open_doors

pytestmark = pytest.mark.stack

#: An attempt of it takes no browser: it finds nothing to delete.
CLEANUP = JobOrder(work="cleanup", params={})


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    url = f"sqlite:///{tmp_path_factory.mktemp('live') / 'sunwi.db'}"
    engine = create_store_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    with open_doors(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_browser())
        yield launched
        launched.close()


@pytest.fixture
def admin(doors: Doors, browser: Browser) -> Iterator[Page]:
    with new_page(browser) as page:
        doors.sign_in(page, Role.ADMIN)
        yield page


@pytest.fixture
def agency(doors: Doors, browser: Browser) -> Iterator[Page]:
    with new_page(browser) as page:
        doors.sign_in(page, Role.AGENCY)
        yield page


def new_ticket(doors: Doors, page: Page) -> dict[str, Any]:
    status, ticket = doors.tell(page.context, "POST", "/api/v1/live/tickets")
    assert status == 201
    return dict(ticket)


@contextmanager
def connected(doors: Doors, page: Page) -> Iterator[ClientConnection]:
    ticket = new_ticket(doors, page)
    with opened_from(doors, f"{ticket['address']}?ticket={ticket['ticket']}") as opened:
        yield opened


def opened_from(doors: Doors, address: str) -> ClientConnection:
    """Connect as a page of ours; a function that starts takes its time."""
    return connect(address, origin=Origin(doors.address), proxy=None, open_timeout=60)


def refused(address: str, origin: str | None) -> bool:
    try:
        with connect(address, origin=None if origin is None else Origin(origin), proxy=None, open_timeout=60) as opened:
            opened.recv(timeout=5)
    except (InvalidHandshake, ConnectionClosed):
        return True
    return False


def watch(connection: ClientConnection, topic: str) -> Any:
    connection.send(json.dumps({"topic": topic}))
    return json.loads(connection.recv(timeout=30))


def submit(doors: Doors, actor: Actor) -> str:
    return doors.adapters.compose(JobContainer).submit_job.submit(actor, CLEANUP).job.id


def actor_of(doors: Doors, role: Role) -> Actor:
    return doors.people.manage_accounts.find(SYSTEM, doors.accounts[role].email).account.actor


def test_a_ticket_opens_one_connection(doors: Doors, admin: Page) -> None:
    ticket = new_ticket(doors, admin)
    address = f"{ticket['address']}?ticket={ticket['ticket']}"
    with opened_from(doors, address) as opened:
        assert watch(opened, "jobs:mine") == {"topic": "jobs:mine", "version": 0}
    assert refused(address, doors.address)
    assert ticket["ticket"] not in "\n".join(doors.stack.function_logs("Live") + doors.stack.function_logs("Api"))


def test_another_sites_page_gets_no_connection(doors: Doors, admin: Page) -> None:
    ticket = new_ticket(doors, admin)
    address = f"{ticket['address']}?ticket={ticket['ticket']}"
    assert refused(address, "https://evil.example")
    assert refused(address, None)
    assert refused(ticket["address"], doors.address)


def test_a_key_has_no_page_to_open(doors: Doors) -> None:
    status, _, body = doors.ask("POST", "/api/v1/live/tickets", {"Origin": doors.address})
    assert (status, json.loads(body)["code"]) == (401, "signed_out")


def test_whoever_watches_a_job_is_told_when_it_goes_on(doors: Doors, admin: Page) -> None:
    job_id = submit(doors, actor_of(doors, Role.ADMIN))
    with connected(doors, admin) as opened:
        first = watch(opened, f"job:{job_id}")
        assert first["topic"] == f"job:{job_id}"
        doors.stack.client("lambda").invoke(
            FunctionName=doors.outputs.tender_function_name, Payload=json.dumps({"action": "nudge", "urgent": False})
        )
        told = json.loads(opened.recv(timeout=60))
        assert told["topic"] == f"job:{job_id}"
        assert told["version"] > first["version"]


def test_somebody_elses_job_is_not_to_be_watched(doors: Doors, agency: Page) -> None:
    job_id = submit(doors, actor_of(doors, Role.ADMIN))
    with connected(doors, agency) as opened:
        assert watch(opened, f"job:{job_id}") == {"error": "job_missing"}


def test_signing_out_closes_the_page(doors: Doors, agency: Page) -> None:
    with connected(doors, agency) as opened:
        watch(opened, "jobs:mine")
        agency.goto(f"{doors.address}/")
        agency.click("text=로그아웃")
        agency.wait_for_url("**/signed-out")
        with pytest.raises(ConnectionClosed):
            opened.recv(timeout=30)
        wait_for("no connection", lambda: not _connections(doors), timeout_seconds=30)


def _connections(doors: Doors) -> int:
    with doors.adapters.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM live_connection").scalar_one())

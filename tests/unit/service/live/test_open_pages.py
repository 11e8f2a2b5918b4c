"""Who may open a page's connection, what it is told, and when it is closed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, event

from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account
from sunwi.domain.job import Job
from sunwi.domain.job_order import JobOrder
from sunwi.domain.live import MOST_CONNECTIONS, MOST_TOPICS, TICKET_LIFE, Watcher
from sunwi.errors import Forbidden, Retryable
from sunwi.service.live.close_dead import CloseDead
from sunwi.service.live.keep_connections import KeepConnections
from sunwi.service.live.make_ticket import MakeTicket
from sunwi.service.live.nudge_watchers import NudgeWatchers
from sunwi.testing import ManualClock
from sunwi.testing.live import InMemoryConnections
from tests.unit.web.asking import ADMIN
from tests.unit.web.house import open_house
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_AGENCY, add_people

OURS = "https://sunwi.example.com"
LOOKUP = JobOrder(work="lookup", params={"keyword": "김밥", "url": "https://m.place.naver.com/restaurant/1234567890"})


@dataclass
class Pages:
    """Open pages over a database of the test's own."""

    house: CommandContainer
    engine: Engine
    connections: InMemoryConnections
    clock: ManualClock

    def __post_init__(self) -> None:
        numbers = count(1)
        self.tickets = MakeTicket(store=self.store, address="wss://live", new_secret=lambda: f"ticket-{next(numbers)}")
        self.keep = KeepConnections(
            store=self.store, connections=self.connections, clock=self.clock, public_address=OURS
        )
        self.nudge = NudgeWatchers(store=self.store, connections=self.connections, clock=self.clock)
        self.close_dead = CloseDead(store=self.store, connections=self.connections, clock=self.clock)
        self.sessions: dict[str, str] = {}

    @property
    def store(self) -> SqlStore:
        return self.house.adapters.store

    def sign_in(self, account: Account) -> Watcher:
        """Open a session of an account, which is stored if it is not."""
        with self.store.begin() as tx:
            tx.accounts.add(account)
        opened = self.house.accounts.keep_sessions.open(sub=account.id, email=account.email)
        return Watcher(opened.session.id_hash, account.id)

    def ticket(self, watcher: Watcher) -> str:
        return self.tickets.make(watcher, at=self.clock.now()).ticket

    def open(self, name: str, watcher: Watcher) -> str:
        self.keep.connect(name, ticket=self.ticket(watcher), origin=OURS)
        return name

    def watch(self, name: str, topic: object) -> Any:
        """Ask to watch, and return what is answered."""
        self.keep.take(name, json.dumps({"topic": topic}))
        return self.connections.told[-1][1]

    def submit(self, account: Account) -> Job:
        return self.house.jobs.submit_job.submit(account.actor, LOOKUP).job

    def rows(self, table: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608 - a constant


@pytest.fixture
def pages(sqlite_engine: Engine) -> Pages:
    with sqlite_engine.begin() as connection:
        add_people(connection)
    house = open_house(sqlite_engine)
    clock = house.adapters.clock
    assert isinstance(clock, ManualClock)
    return Pages(house, sqlite_engine, InMemoryConnections(), clock)


@pytest.fixture
def statements(sqlite_engine: Engine) -> Iterator[list[str]]:
    """Every statement, as it is sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(sqlite_engine, "before_cursor_execute", note)
    yield sent
    event.remove(sqlite_engine, "before_cursor_execute", note)


def refused(pages: Pages, ticket: str, origin: str = OURS) -> str:
    with pytest.raises(Forbidden) as raised:
        pages.keep.connect("x", ticket=ticket, origin=origin)
    assert pages.rows("live_connection") == 0
    return raised.value.code


def test_a_ticket_opens_one_connection_and_is_stored_as_a_hash_alone(pages: Pages) -> None:
    ticket = pages.ticket(pages.sign_in(AGENCY))
    with pages.engine.connect() as connection:
        assert ticket not in str(connection.exec_driver_sql("SELECT * FROM live_ticket").all())
    pages.keep.connect("a", ticket=ticket, origin=OURS)
    assert (pages.rows("live_ticket"), pages.rows("live_connection")) == (0, 1)
    with pytest.raises(Forbidden, match="was used"):
        pages.keep.connect("b", ticket=ticket, origin=OURS)


def test_a_ticket_holds_for_half_a_minute(pages: Pages) -> None:
    ticket = pages.ticket(pages.sign_in(AGENCY))
    pages.clock.advance(seconds=TICKET_LIFE.total_seconds())
    assert refused(pages, ticket) == "ticket_refused"


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", OURS + ".evil.example", "http://sunwi.example.com"]
)
def test_another_sites_page_is_refused_and_leaves_the_ticket(pages: Pages, origin: str) -> None:
    ticket = pages.ticket(pages.sign_in(AGENCY))
    assert refused(pages, ticket, origin) == "origin_foreign"
    pages.keep.connect("a", ticket=ticket, origin=OURS)


@pytest.mark.parametrize("ticket", ["", "ticket-99", "티켓", "x" * 5_000])
def test_what_is_no_ticket_opens_nothing(pages: Pages, ticket: str) -> None:
    assert refused(pages, ticket) == "ticket_refused"


def test_a_ticket_of_a_session_that_has_ended_meanwhile_opens_nothing(pages: Pages) -> None:
    watcher = pages.sign_in(AGENCY)
    ticket = pages.ticket(watcher)
    pages.house.accounts.keep_sessions.revoke(AGENCY.actor, watcher.session_hash)
    assert refused(pages, ticket) == "ticket_refused"


def test_of_six_pages_of_an_account_the_first_one_is_closed(pages: Pages) -> None:
    watcher = pages.sign_in(AGENCY)
    for number in range(MOST_CONNECTIONS + 1):
        pages.open(f"page-{number}", watcher)
        pages.clock.advance(seconds=1)
    assert pages.connections.closed == ["page-0"]
    assert pages.rows("live_connection") == MOST_CONNECTIONS


def test_a_watched_job_that_goes_on_is_told_of(pages: Pages) -> None:
    job = pages.submit(AGENCY)
    pages.open("a", pages.sign_in(AGENCY))
    assert pages.watch("a", f"job:{job.id}") == {"topic": f"job:{job.id}", "version": job.version}
    pages.nudge(job)
    assert pages.connections.told[-1] == ("a", {"topic": f"job:{job.id}", "version": job.version})


def test_all_of_ones_own_jobs_are_watched_by_one_topic_and_nobody_elses(pages: Pages) -> None:
    pages.open("a", pages.sign_in(AGENCY))
    pages.open("f", pages.sign_in(FOREIGN_AGENCY))
    for name in ("a", "f"):
        pages.watch(name, "jobs:mine")
    pages.connections.told.clear()
    pages.nudge(pages.submit(AGENCY))
    assert [name for name, _ in pages.connections.told] == ["a"]


def test_somebody_elses_job_and_one_that_is_not_there_are_refused_alike(pages: Pages) -> None:
    job = pages.submit(AGENCY)
    for name, account in (("f", FOREIGN_AGENCY), ("v", ADVERTISER)):
        pages.open(name, pages.sign_in(account))
        foreign = pages.watch(name, f"job:{job.id}")
        missing = pages.watch(name, f"job:{ADMIN.id}")
        assert foreign == missing == {"error": "job_missing"}
    assert pages.rows("live_topic") == 0


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", '{"topic": 1}', '{"topic": "runs"}', '{"a": 1}', "[" * 900, "x" * 2_000]
)
def test_whatever_else_a_page_sends_is_refused(pages: Pages, body: str) -> None:
    pages.open("a", pages.sign_in(AGENCY))
    pages.keep.take("a", body)
    assert pages.connections.told == [("a", {"error": "topic_unknown"})]


def test_a_page_watches_so_many_things_at_most_and_may_say_again_what_it_watches(pages: Pages) -> None:
    pages.open("a", pages.sign_in(AGENCY))
    jobs = [pages.submit(AGENCY) for _ in range(MOST_TOPICS + 1)]
    answers = [pages.watch("a", f"job:{job.id}") for job in jobs]
    assert [answer for answer in answers if "error" in answer] == [{"error": "topics_full"}]
    assert "error" not in pages.watch("a", f"job:{jobs[0].id}")
    assert pages.rows("live_topic") == MOST_TOPICS


def test_a_job_is_told_of_once_a_second_at_most_but_its_end_at_once(pages: Pages) -> None:
    job = pages.submit(AGENCY)
    pages.open("a", pages.sign_in(AGENCY))
    pages.watch("a", f"job:{job.id}")
    pages.connections.told.clear()
    for _ in range(5):
        pages.nudge(job)
    assert len(pages.connections.told) == 1
    pages.nudge(job, is_end=True)
    pages.clock.advance(seconds=1)
    pages.nudge(job)
    assert len(pages.connections.told) == 3


def test_a_nudge_that_nobody_watches_is_one_statement(pages: Pages, statements: list[str]) -> None:
    job = pages.submit(AGENCY)
    statements.clear()
    pages.nudge(job)
    assert len([each for each in statements if each.lstrip().upper().startswith(("SELECT", "INSERT", "DELETE"))]) == 1


def test_a_page_that_is_gone_is_forgotten(pages: Pages) -> None:
    job = pages.submit(AGENCY)
    pages.open("a", pages.sign_in(AGENCY))
    pages.watch("a", f"job:{job.id}")
    pages.connections.gone.add("a")
    pages.nudge(job)
    assert (pages.rows("live_connection"), pages.rows("live_topic")) == (0, 0)


def test_whatever_goes_wrong_with_a_nudge_is_nobodys_matter(pages: Pages) -> None:
    job = pages.submit(AGENCY)
    pages.open("a", pages.sign_in(AGENCY))
    pages.watch("a", f"job:{job.id}")
    pages.connections.fault = Retryable("away", code="pages_unreachable", cause="away")
    pages.nudge(job)
    assert pages.rows("live_connection") == 1


@pytest.mark.parametrize("how", ["signed out", "disabled", "idle"])
def test_a_page_whose_session_or_account_has_ended_is_told_nothing_more_and_closed(pages: Pages, how: str) -> None:
    job, watcher = pages.submit(AGENCY), pages.sign_in(AGENCY)
    pages.open("a", watcher)
    pages.watch("a", f"job:{job.id}")
    pages.connections.told.clear()
    if how == "signed out":
        pages.house.accounts.keep_sessions.revoke(AGENCY.actor, watcher.session_hash)
    elif how == "disabled":
        pages.house.accounts.manage_accounts.disable(ADMIN.actor, AGENCY.id)
    else:
        pages.clock.advance(hours=12)
    pages.nudge(job)
    assert (pages.connections.told, pages.connections.closed) == ([], ["a"])
    assert pages.rows("live_connection") == 0


def test_each_minute_closes_what_has_ended_and_nothing_else(pages: Pages) -> None:
    watcher = pages.sign_in(AGENCY)
    pages.open("a", watcher)
    pages.open("f", pages.sign_in(FOREIGN_AGENCY))
    assert pages.close_dead.close() == 0
    pages.house.accounts.keep_sessions.revoke(AGENCY.actor, watcher.session_hash)
    assert (pages.close_dead.close(), pages.connections.closed) == (1, ["a"])
    pages.clock.advance(hours=2)
    assert (pages.close_dead.close(), pages.connections.closed) == (1, ["a", "f"])


def test_signing_out_closes_the_pages_of_that_session_at_once(pages: Pages) -> None:
    first, second = pages.sign_in(AGENCY), pages.sign_in(AGENCY)
    pages.open("a", first)
    pages.open("b", second)
    pages.close_dead.close_session(first)
    assert pages.connections.closed == ["a"]


def test_a_page_that_goes_is_forgotten_with_what_it_watched(pages: Pages) -> None:
    job = pages.submit(AGENCY)
    pages.open("a", pages.sign_in(AGENCY))
    pages.watch("a", f"job:{job.id}")
    for _ in range(2):
        pages.keep.disconnect("a")
    assert (pages.rows("live_connection"), pages.rows("live_topic")) == (0, 0)

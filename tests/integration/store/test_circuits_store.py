from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.circuit import Circuit, CircuitKey, CircuitRule, Entry
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.reading import PageVerdict
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.task import CrawlMessage, Task
from sunwi.domain.tracking import Device, Surface
from sunwi.errors import Blocked, InvalidInput, PageUnreachable
from sunwi.service.crawling.circuit_breaker import CircuitBreaker
from sunwi.service.ports.outside import Transaction
from sunwi.service.runs.mark_blocked_runs import mark_blocked_runs
from sunwi.sites.naver.site import Lane
from sunwi.testing import InMemoryMetrics, ManualClock
from tests.examples import HOUR, NIGHT, new_reading, new_run, page_key, place_tracking, receipt, recognised, unreadable

RUN = "scheduled-20260102"
KEY = Lane(Surface.INTEGRATED, Device.PC).circuit
SECOND = timedelta(seconds=1)
OPEN = Circuit(
    key=KEY,
    blocked_pages=(("가 '🍜'", ""), ("나", "126.97,37.56")),
    opened_at=NIGHT,
    pauses=2,
    probe_at=NIGHT + HOUR,
    probing_until=NIGHT + 2 * HOUR,
    not_before=NIGHT + SECOND,
    reason="blocked (captcha 🍜)",
    closed_at=NIGHT - HOUR,
)
PATIENCE = 20


@pytest.fixture
def open_store(engine: Engine) -> Iterator[Callable[[], SqlStore]]:
    """Opens the database as another process would: through an engine of its own."""
    engines: list[Engine] = []

    def open_one() -> SqlStore:
        engines.append(create_store_engine(engine.url.render_as_string(hide_password=False)))
        return SqlStore(engines[-1])

    yield open_one
    for opened in engines:
        opened.dispose()


@pytest.fixture
def running(store: SqlStore) -> SqlStore:
    """A run of three tasks on the desktop's integrated pages."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number, f"말 {number}") for number in range(3)], at=NIGHT)
        tx.runs.add(replace(new_run(), status=RunStatus.RUNNING), None)
    return store


def lock(tx: Transaction, tracking_id: int, message_id: str = "m1") -> Task:
    task = tx.tasks.lock(RUN, tracking_id, message_id=message_id)
    assert task is not None
    return task


def store_circuit(store: SqlStore, circuit: Circuit) -> None:
    with store.begin() as tx:
        tx.circuits.lock(circuit.key)
        tx.circuits.save(circuit)


def test_a_circuit_that_nothing_is_stored_of_is_closed(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.circuits.get(KEY) == Circuit(key=KEY)
        assert tx.circuits.lock(KEY) == Circuit(key=KEY)
        assert tx.circuits.list_open("naver") == []


def test_all_of_a_circuit_is_kept(store: SqlStore) -> None:
    store_circuit(store, OPEN)
    with store.read() as tx:
        assert tx.circuits.get(KEY) == OPEN
        assert tx.circuits.get(Lane(Surface.INTEGRATED, Device.MOBILE).circuit).opened_at is None


def test_open_circuits_are_listed_by_when_they_opened(store: SqlStore) -> None:
    keys = [Lane(surface, Device.MOBILE).circuit for surface in Surface]
    for hours, key in enumerate(keys):
        store_circuit(store, Circuit(key=key, opened_at=NIGHT - hours * HOUR))
    with store.read() as tx:
        assert tx.circuits.last_closed("naver") is None
    store_circuit(store, Circuit(key=KEY, closed_at=NIGHT))
    with store.read() as tx:
        assert tx.circuits.last_closed("naver") == NIGHT
        assert [circuit.key for circuit in tx.circuits.list_open("naver")] == keys[::-1]


def test_lanes_of_one_name_are_kept_apart_by_site(store: SqlStore) -> None:
    elsewhere = CircuitKey("elsewhere", "api.example.co.kr")
    store_circuit(store, OPEN)
    store_circuit(store, Circuit(key=elsewhere, opened_at=NIGHT, blocked_pages=(("https://api.example.co.kr/1",),)))
    store_circuit(store, Circuit(key=CircuitKey("elsewhere", KEY.lane), closed_at=NIGHT + HOUR))
    with store.read() as tx:
        assert [circuit.key for circuit in tx.circuits.list_open("naver")] == [KEY]
        [other] = tx.circuits.list_open("elsewhere")
        assert (other.key, other.blocked_pages) == (elsewhere, (("https://api.example.co.kr/1",),))
        assert (tx.circuits.last_closed("naver"), tx.circuits.last_closed("elsewhere")) == (NIGHT - HOUR, NIGHT + HOUR)
        assert tx.circuits.get(KEY) == OPEN


def test_two_crawlers_that_find_the_probe_due_send_one(open_store: Callable[[], SqlStore]) -> None:
    due = replace(OPEN, probing_until=None, not_before=None)
    store_circuit(open_store(), due)
    ready = Barrier(4, timeout=PATIENCE)

    def ask() -> Entry:
        store = open_store()
        guard = CircuitBreaker(
            store=store,
            clock=ManualClock(NIGHT + HOUR),
            metrics=InMemoryMetrics(),
            rule=CircuitRule(3, HOUR, HOUR),
            probe_time=timedelta(seconds=60),
            random=Random(0),
        )
        ready.wait()
        with store.begin() as tx:
            return guard.enter(tx, page_key(), NIGHT + HOUR)[0]

    with ThreadPoolExecutor(4) as pool:
        entries = [future.result(PATIENCE) for future in [pool.submit(ask) for _ in range(4)]]
    assert sorted(entries) == [Entry.HOLD, Entry.HOLD, Entry.HOLD, Entry.PROBE]


def test_crawlers_that_count_refusals_at_once_lose_none(open_store: Callable[[], SqlStore]) -> None:
    ready = Barrier(5, timeout=PATIENCE)

    def count(number: int) -> None:
        store = open_store()
        ready.wait()
        with store.begin() as tx:
            circuit = tx.circuits.lock(KEY)
            tx.circuits.save(replace(circuit, blocked_pages=(*circuit.blocked_pages, (f"말 {number}", ""))))

    with ThreadPoolExecutor(5) as pool:
        for future in [pool.submit(count, number) for number in range(5)]:
            future.result(PATIENCE)
    with open_store().read() as tx:
        names = tx.circuits.get(KEY).blocked_pages
    assert set(names) == {(f"말 {number}", "") for number in range(5)}


def test_runs_are_blocked_while_a_circuit_holds_tasks_of_theirs_back(running: SqlStore) -> None:
    with running.begin() as tx:
        tx.runs.add(replace(new_run("manual-1", RunKind.MANUAL, NIGHT + HOUR), status=RunStatus.RUNNING), [1])
        tx.runs.add(replace(new_run("manual-2", RunKind.MANUAL), status=RunStatus.RUNNING), [1])
        tx.runs.add(new_run("manual-3", RunKind.MANUAL), [1])
        tx.runs.close("manual-2", at=NIGHT, status=RunStatus.CLOSED, summary={})
    store_circuit(running, OPEN)

    def stands() -> dict[str, tuple[RunStatus, object]]:
        mark_blocked_runs(running)
        with running.read() as tx:
            return {run.id: (run.status, run.blocked_since) for run in tx.runs.list(9)}

    others = {"manual-2": (RunStatus.CLOSED, None), "manual-3": (RunStatus.DISPATCHING, None)}
    blocked = (RunStatus.BLOCKED, NIGHT + HOUR)
    assert stands() == {RUN: (RunStatus.BLOCKED, NIGHT), "manual-1": blocked, **others}
    with running.begin() as tx:
        for tracking_id in (1, 2, 3):
            tx.tasks.set_state(lock(tx, tracking_id), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=True)
    assert stands() == {RUN: (RunStatus.RUNNING, None), "manual-1": blocked, **others}
    store_circuit(running, Circuit(key=KEY, closed_at=NIGHT))
    assert stands() == {RUN: (RunStatus.RUNNING, None), "manual-1": (RunStatus.RUNNING, None), **others}


def test_a_closed_run_is_not_blocked_any_more(running: SqlStore) -> None:
    store_circuit(running, OPEN)
    mark_blocked_runs(running)
    with running.begin() as tx:
        tx.runs.close(RUN, at=NIGHT, status=RunStatus.CLOSED, summary={})
        tx.runs.set_blocked(RUN, NIGHT)
        run = tx.runs.get(RUN)
    assert run is not None
    assert (run.status, run.blocked_since) == (RunStatus.CLOSED, None)


def test_what_one_circuit_holds_back_expires_apart_from_the_rest(running: SqlStore) -> None:
    lane, other = Lane(Surface.INTEGRATED, Device.PC), Lane(Surface.BLOG_TAB, Device.PC)
    with running.begin() as tx:
        tx.tasks.set_state(lock(tx, 1), TaskState.SUCCEEDED, decided_at=NIGHT, is_exposed=False)
        assert (tx.tasks.has_open(RUN, lane), tx.tasks.has_open(RUN, other)) == (True, False)
        assert tx.tasks.expire_open(RUN, at=NIGHT, failure=Failure(FailureCause.BLOCKED, "blocked"), lane=other) == 0
        assert tx.tasks.expire_open(RUN, at=NIGHT, failure=Failure(FailureCause.BLOCKED, "blocked"), lane=lane) == 2
        assert not tx.tasks.has_open(RUN, lane)
        reasons = [reason for _, _, reason in tx.tasks.list_reasons(RUN, [TaskState.EXPIRED])]
    assert reasons == ["blocked", "blocked"]


def test_a_probe_that_is_uncounted_leaves_the_attempts_and_keeps_its_number_and_loads(running: SqlStore) -> None:
    message = CrawlMessage(RUN, 1, receipt("m1"))
    with running.begin() as tx:
        probe = tx.attempts.start(lock(tx, 1), message, at=NIGHT, page_loads=1)
        tx.attempts.finish(probe, at=NIGHT + SECOND, error=Blocked("captcha"))
        tx.attempts.uncount(probe)
        task = lock(tx, 1)
        assert (task.attempts_used, task.attempts_started, task.last_attempt_at) == (0, 1, NIGHT + SECOND)
        tx.attempts.start(task, message, at=NIGHT + HOUR, page_loads=1)
        task = lock(tx, 1)
        assert (task.attempts_used, task.attempts_started, task.last_attempt_at) == (1, 2, NIGHT + HOUR)
        assert tx.runs.count_page_loads(RUN) == 2


def test_a_pages_refusals_are_counted_by_run(running: SqlStore) -> None:
    with running.begin() as tx:
        tx.runs.add(new_run("manual-1", RunKind.MANUAL), [1])
        verdicts = (PageVerdict.BLOCKED, PageVerdict.LOGIN_WALL, PageVerdict.LAYOUT_UNKNOWN)
        for verdict in verdicts:
            tx.readings.add(new_reading(RUN, unreadable(verdict)))
        tx.readings.add(new_reading(RUN, recognised("1")))
        tx.readings.add(new_reading("manual-1", unreadable(PageVerdict.BLOCKED)))
        assert tx.readings.count_refusals(RUN, page_key()) == 2
        assert tx.readings.count_refusals("manual-1", page_key()) == 1
        assert tx.readings.count_refusals(RUN, page_key("다른 말")) == 0


def test_a_failed_load_is_found_by_page_time_and_number(running: SqlStore) -> None:
    key = page_key("말 0")
    with running.begin() as tx:
        for number, error in enumerate((PageUnreachable("first"), Blocked("second"), InvalidInput("no page's"))):
            attempt = tx.attempts.start(lock(tx, 1), CrawlMessage(RUN, 1, receipt("m1")), at=NIGHT, page_loads=1)
            tx.attempts.finish(attempt, at=NIGHT + number * SECOND, error=error)
        shared = tx.attempts.start(lock(tx, 1), CrawlMessage(RUN, 1, receipt("m1")), at=NIGHT, page_loads=0)
        tx.attempts.finish(shared, at=NIGHT + HOUR, error=PageUnreachable("seen by another"))

        def find(**more: object) -> tuple[str, int] | None:
            asked = {"since": NIGHT - SECOND, "number": 1, **more}
            failed = tx.attempts.find_failure(RUN, key, **asked)  # type: ignore[arg-type]  # each of its own type
            return None if failed is None else (str(failed.as_error()), failed.tracking_id)

        assert find() == ("second (seen 2026-01-01T16:00:01+00:00 for tracking 1)", 1)
        assert find(number=2) == find()
        assert find(number=3) is None
        assert find(since=NIGHT + SECOND) is None
        assert tx.attempts.find_failure(RUN, page_key("말 1"), since=NIGHT - SECOND, number=1) is None
        assert tx.attempts.find_failure("manual-1", key, since=NIGHT - SECOND, number=1) is None

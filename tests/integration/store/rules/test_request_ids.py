"""A request starts one run, however often and wherever it is delivered, and no other request's."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.request_token import request_tokens
from sunwi.domain.run import Run, RunKind, RunStatus, started_run_id
from sunwi.errors import Retryable
from sunwi.service.runs.add_run import add_run
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine, ManualClock
from tests.examples import HOUR, NIGHT, new_run, place_tracking
from tests.integration.store.rules.test_concurrency import wait_until_somebody_waits_for_a_lock

FIRST = "0a1b2c3d-1111-4111-8111-111111111111"
SECOND = "0a1b2c3d-2222-4222-8222-222222222222"
PATIENCE = 30


@pytest.fixture
def tracked(store: SqlStore) -> SqlStore:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(101), place_tracking(102)], at=NIGHT)
    return store


@pytest.fixture
def other(engine: Engine) -> Iterator[SqlStore]:
    """The same database by a connection of its own."""
    own = create_store_engine(engine.url.render_as_string(hide_password=False))
    yield SqlStore(own)
    own.dispose()


def dispatcher(store: SqlStore, at: datetime = NIGHT) -> DispatchRun:
    clock, queue = ManualClock(at), InMemoryCrawlQueue()
    return DispatchRun(
        store=store,
        send_tasks=SendTasks(store=store, queue=queue, clock=clock, pause=lambda _: None),
        state_machine=InMemoryStateMachine(),
        clock=clock,
        batch_timeout=HOUR,
        check_capacity=CheckCapacity(store=store, clock=clock, batch_timeout=HOUR, delay_seconds=0),
    )


def start(store: SqlStore, request_id: str, at: datetime = NIGHT) -> Run:
    return dispatcher(store, at).started(RunKind.MANUAL, None, request_id=request_id)


def asked_run(request_id: str, at: datetime = NIGHT) -> Run:
    run_id = started_run_id(RunKind.MANUAL, at, next(request_tokens(request_id)))
    return replace(new_run(run_id, RunKind.MANUAL, at=at), request_id=request_id)


def test_a_request_whose_8_digits_an_old_run_has_measures_today(tracked: SqlStore) -> None:
    old = start(tracked, FIRST, NIGHT - timedelta(days=400))
    with tracked.begin() as tx:
        tx.runs.close(old.id, at=NIGHT - timedelta(days=400), status=RunStatus.CLOSED, summary={})
    run = start(tracked, SECOND)
    assert (run.id, run.expected, run.closed_at) == ("manual-20260102-010000-0a1b2c3d", 2, None)


def test_a_run_of_a_release_that_stored_no_request_answers_none(tracked: SqlStore) -> None:
    with tracked.begin() as tx:
        tx.runs.add(new_run("manual-20260102-010000-0a1b2c3d", RunKind.MANUAL), [1])
    run = start(tracked, FIRST)
    assert run.id != "manual-20260102-010000-0a1b2c3d"
    assert (run.expected, run.request_id) == (2, FIRST)


def test_a_run_without_a_request_is_found_by_its_date_among_others_without_one(tracked: SqlStore) -> None:
    start(tracked, FIRST)
    days = [new_run(f"scheduled-2026010{day}", at=NIGHT + timedelta(days=day)) for day in (2, 3, 4)]
    with tracked.begin() as tx:
        stored = [tx.runs.add(run, None) for run in days]
        assert [tx.runs.add(run, None) for run in days] == stored


def test_a_repeat_of_a_request_is_its_run_at_any_later_second(tracked: SqlStore) -> None:
    first = start(tracked, FIRST)
    again = start(tracked, FIRST, NIGHT + timedelta(hours=1))
    assert (again.id, again.started_at, again.request_id) == (first.id, NIGHT, FIRST)
    with tracked.read() as tx:
        assert len(tx.runs.list(10)) == 1


def test_two_requests_of_one_second_with_the_same_8_digits_are_two_runs(tracked: SqlStore) -> None:
    first, second = start(tracked, FIRST), start(tracked, SECOND)
    assert first.id == "manual-20260102-010000-0a1b2c3d"
    assert first.id != second.id
    assert second.id.startswith("manual-20260102-010000-")
    assert len(second.id) == len(first.id)
    assert [start(tracked, request).id for request in (FIRST, SECOND)] == [first.id, second.id]


def test_a_request_all_of_whose_ids_are_taken_is_to_be_asked_again(tracked: SqlStore) -> None:
    with tracked.begin() as tx:
        for token in request_tokens(FIRST):
            tx.runs.add(new_run(started_run_id(RunKind.MANUAL, NIGHT, token), RunKind.MANUAL), [])
    with pytest.raises(Retryable, match=f"request {FIRST} asks for are taken .* ask again"):
        start(tracked, FIRST)
    assert start(tracked, FIRST, NIGHT + timedelta(seconds=1)).request_id == FIRST


def at_once(*tasks: Callable[[], Run]) -> list[Run]:
    ready = Barrier(len(tasks), timeout=PATIENCE)

    def run(task: Callable[[], Run]) -> Run:
        ready.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(run, task) for task in tasks]
        return [future.result(PATIENCE) for future in futures]


def test_a_request_delivered_twice_at_once_in_two_seconds_is_one_run(tracked: SqlStore, other: SqlStore) -> None:
    for number in range(5):
        request_id = f"{number}{FIRST[1:]}"
        first, second = at_once(
            lambda of=request_id: start(tracked, of),  # type: ignore[misc]  # bound now, called in this round
            lambda of=request_id: start(other, of, NIGHT + timedelta(seconds=1)),  # type: ignore[misc]  # the same
        )
        assert (first.id, first.request_id) == (second.id, request_id)
    with tracked.read() as tx:
        assert len(tx.runs.list(20)) == 5


def test_two_requests_that_collide_at_once_are_two_runs(tracked: SqlStore, other: SqlStore) -> None:
    first, second = at_once(lambda: start(tracked, FIRST), lambda: start(other, SECOND))
    assert first.id != second.id
    assert {first.request_id, second.request_id} == {FIRST, SECOND}
    assert (first.expected, second.expected) == (2, 2)


def test_whoever_repeats_a_request_waits_until_its_run_is_stored(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine)
    beside = SqlStore(create_store_engine(postgres_engine.url.render_as_string(hide_password=False)))

    def repeat() -> Run:
        with beside.begin() as tx:
            return add_run(tx, asked_run(FIRST, NIGHT + timedelta(seconds=1)), None)

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            stored = add_run(tx, asked_run(FIRST), None)
            repeated = pool.submit(repeat)
            wait_until_somebody_waits_for_a_lock(postgres_engine)
        assert repeated.result(PATIENCE) == stored
    beside.engine.dispose()

"""What the tables of evaluation keep, and what of the ledger passes for judged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.evaluation import DayKey, Event, EventChange, EventKind, EventState
from sunwi.domain.evaluation_list import EventQuery
from sunwi.domain.evaluation_settling import Gap
from sunwi.domain.evaluation_thresholds import DatedThresholds, Thresholds
from sunwi.service.owners.merge_owners import MergeOwners
from sunwi.testing import ManualClock
from tests.evaluation.evaluation_world import EvaluationWorld
from tests.examples import DAY, NIGHT

FAR = DAY + timedelta(days=1000)


def event(number: int = 0, kind: EventKind = EventKind.LEFT, **facts: Any) -> Event:
    compared = DAY + timedelta(days=number - 1)
    return Event(tracking_id=1, day=DAY + timedelta(days=number), kind=kind, compared=compared, facts=facts, weight=5)


def save(store: SqlStore, *events: Event, state: EventState = EventState.HOLDS) -> None:
    with store.begin() as tx:
        tx.evaluation.save_events([EventChange(event=one, state=state) for one in events], at=NIGHT)


def test_an_event_is_kept_as_it_is_and_has_one_more_version_with_every_change(
    world: EvaluationWorld, store: SqlStore
) -> None:
    world.track()
    facts: dict[str, Any] = {"rank_before": 3, "rank": None, "area_before": "'\"\\ 🍜", "area": None}
    save(store, event(**facts))
    [listed] = world.events()
    assert listed.stored.event == event(**facts)
    assert (listed.stored.version, listed.stored.state, listed.stored.told, listed.stored.said) == (
        1,
        EventState.HOLDS,
        0,
        False,
    )
    save(store, event(rank=4))
    save(store, event(rank=4), state=EventState.WITHDRAWN)
    [listed] = world.events()
    assert (listed.stored.version, listed.stored.state, listed.stored.withdrawn_at) == (3, EventState.WITHDRAWN, NIGHT)
    save(store, event(rank=4))
    [listed] = world.events()
    assert (listed.stored.version, listed.stored.withdrawn_at) == (4, None)
    assert listed.event.facts == {"rank": 4}


def test_events_of_a_gap_are_those_behind_its_first_day_and_up_to_its_last(
    world: EvaluationWorld, store: SqlStore
) -> None:
    world.track()
    save(store, *(event(number) for number in range(5)))
    save(store, event(4, EventKind.SESSION_FULL, session=1))
    with store.read() as tx:
        found = tx.evaluation.events_of([(1, Gap(DAY, DAY + timedelta(days=2))), (1, Gap(DAY, DAY))])
        everything = tx.evaluation.events_of([(1, Gap(date.min, date.max))])
    assert sorted((key.day - DAY).days for key in found) == [1, 2, 4]
    assert len(everything) == 6


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda world: world.measure(1, 0, 4), True),
        (lambda world: world.correct(1, 0, None), True),
        (lambda world: world.measure(1, 1, 4), True),
        (lambda world: world.set_thresholds(1, drop_places=9), False),
    ],
    ids=["looked at again", "corrected", "another day", "nothing of it"],
)
def test_a_day_that_changes_is_to_be_judged_again(
    world: EvaluationWorld, store: SqlStore, change: Callable[[EvaluationWorld], None], *, changed: bool
) -> None:
    [one] = world.track(client="가게")
    world.night(0, {one: 3})
    world.evaluate()
    with store.read() as tx:
        assert tx.evaluation.count_unjudged(until=FAR) == 0
    change(world)
    with store.read() as tx:
        assert tx.evaluation.count_unjudged(until=FAR) == int(changed)


def test_a_day_that_changes_while_it_is_judged_stays_to_be_judged(world: EvaluationWorld, store: SqlStore) -> None:
    [one] = world.track()
    world.night(0, {one: 3})
    with store.read() as tx:
        keys = tx.evaluation.next_unjudged(None, until=FAR, limit=10)
        days = tx.evaluation.changed_days(keys, until=FAR)
    world.measure(one, 0, 4)
    with store.begin() as tx:
        tx.evaluation.mark_judged(days)
        assert tx.evaluation.next_unjudged(None, until=FAR, limit=10) == [DayKey(DAY, one)]


def test_rows_are_judged_by_date_then_tracking_up_to_a_day(world: EvaluationWorld, store: SqlStore) -> None:
    ids = world.track(2)
    for number in (2, 0, 1):
        world.night(number, dict.fromkeys(ids, 3))
    with store.read() as tx:
        first = tx.evaluation.next_unjudged(None, until=world.day(1), limit=3)
        rest = tx.evaluation.next_unjudged(first[-1], until=world.day(1), limit=3)
    assert [(key.day, key.tracking_id) for key in (*first, *rest)] == [
        (world.day(number), one) for number in (0, 1) for one in ids
    ]


def test_a_row_stands_between_the_measured_days_around_it(world: EvaluationWorld, store: SqlStore) -> None:
    [one] = world.track(client="가게", target_rank=7, session_days=9)
    for number in (0, 4, 9):
        world.night(number, {one: number + 1})
    with store.read() as tx:
        _, middle, last = tx.evaluation.changed_days(
            [DayKey(world.day(number), one) for number in (0, 4, 9)], until=world.day(9)
        )
        [unknown] = tx.evaluation.changed_days([DayKey(world.day(4), one)], until=world.day(8))
    assert middle.before is not None
    assert middle.after is not None
    assert (middle.before.rank, middle.day.rank, middle.after.rank) == (1, 5, 10)
    assert (middle.day.target_rank, middle.tracking.session_days, middle.tracking.client_id) == (7, 9, 1)
    assert last.after is None
    assert unknown.after is None


def test_what_the_release_before_writes_is_judged(world: EvaluationWorld, store: SqlStore) -> None:
    [one] = world.track()
    world.night(0, {one: 3})
    world.evaluate()
    written = (
        "INSERT INTO rank_history (tracking_id, date, session_number, depth, looks, observation_id) "
        "VALUES (1, '2026-01-03', 1, 7, 1, 1)"
    )
    with store.begin() as tx:
        tx.connection.execute(text(written))
    world.night(1, {})
    world.evaluate()
    assert world.held() == [(one, 1, EventKind.LEFT)]


def test_thresholds_are_kept_by_client_and_day(world: EvaluationWorld, store: SqlStore) -> None:
    world.track(client="가게", agency="한빛")
    strict = Thresholds(drop_places=1, told=frozenset({EventKind.LEFT, EventKind.DROPPED}), is_daily=True)
    with store.begin() as tx:
        for day, thresholds in ((5, strict), (1, Thresholds()), (5, replace(strict, drop_places=2))):
            dated = DatedThresholds(since=DAY + timedelta(days=day), thresholds=thresholds)
            tx.client_thresholds.set(1, dated, at=NIGHT, by="cli:tester")
        found = tx.client_thresholds.of_client(1)
        book = tx.client_thresholds.book()
    assert [one.thresholds for one in found] == [Thresholds(), replace(strict, drop_places=2)]
    assert book.by_client == {1: found}


def test_thresholds_go_with_a_client_that_becomes_another(world: EvaluationWorld, store: SqlStore) -> None:
    world.track(client="가게")
    world.track(client="가 게")
    for client_id in (1, 2):
        world.set_thresholds(client_id, drop_places=client_id)
    MergeOwners(store=store, clock=ManualClock(NIGHT)).merge_clients(SYSTEM, 1, 2, apply=True)
    with store.read() as tx:
        assert list(tx.client_thresholds.book().by_client) in ([1], [1, 2])
        clients = [client.id for client in tx.owners.clients()]
        assert list(tx.client_thresholds.book().by_client) == sorted(clients)


def test_a_list_is_paged_by_day_tracking_and_kind(world: EvaluationWorld, store: SqlStore) -> None:
    world.track(client="가게")
    save(store, *(event(number, kind) for number in range(3) for kind in (EventKind.LEFT, EventKind.DROPPED)))
    seen, after = [], None
    while True:
        with store.read() as tx:
            page = tx.evaluation.page(EventQuery(actor=SYSTEM, limit=2, after=after))
        seen += [(-(one.event.day - DAY).days, one.event.kind) for one in page.events]
        if (after := page.next) is None:
            break
    assert seen == sorted(seen)
    assert len(seen) == 6
    with store.read() as tx:
        of_client = tx.evaluation.page(EventQuery(actor=SYSTEM, client_id=1, day=DAY, kinds=(EventKind.LEFT,))).events
        assert [one.event.key for one in of_client] == [event().key]
        assert tx.evaluation.page(EventQuery(actor=SYSTEM, client_id=2)).events == []
        assert tx.evaluation.page(EventQuery(actor=SYSTEM, state=EventState.WITHDRAWN)).events == []


def test_digests_that_were_sent_are_counted_and_forgotten(world: EvaluationWorld, store: SqlStore) -> None:
    with store.begin() as tx:
        tx.digests.save_versions({3: 1, -2: 1, 0: 4}, day=DAY, at=world.clock.now())
        tx.digests.save_versions({3: 2}, day=DAY, at=world.clock.now())
        assert tx.digests.versions([3, -2, 0, 9], day=DAY) == {3: 2, -2: 1, 0: 4}
        assert tx.digests.forget(DAY) == 0
        assert tx.digests.forget(DAY + timedelta(days=1)) == 3


#: What is asked for in every chunk, and the index that answers it.
ASKED = {
    "ix_rank_history_unjudged": (
        "SELECT date, tracking_id FROM rank_history WHERE version <> evaluated_version AND date <= '2026-03-01' "
        "ORDER BY date, tracking_id LIMIT 1000"
    ),
    "ix_evaluation_event_untold": (
        "SELECT tracking_id FROM evaluation_event WHERE told < version ORDER BY tracking_id LIMIT 10"
    ),
}


@pytest.mark.parametrize("index", ASKED)
def test_what_is_asked_in_every_chunk_is_found_by_an_index_of_its_own(engine: Engine, index: str) -> None:
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
            connection.execute(text("SET enable_bitmapscan = off"))
        plan = " ".join(str(row) for row in connection.execute(text(f"{explain} {ASKED[index]}")))
    assert index in plan

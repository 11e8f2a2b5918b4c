"""The outbox, the same on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.notice_rules import HOOK_PAUSE, LEASE, LONGEST_TURN
from sunwi.domain.pace import NoTurn, Turn
from sunwi.domain.stored_notice import NoticeFailure, NoticeKey
from sunwi.service.ports.retry_conflicts import retry_conflicts
from tests.notice_world import (
    ADMIN,
    AGENCY,
    AGENCY_1,
    CLIENT_1,
    NOON,
    OTHER_AGENCY,
    NoticeWorld,
    add_owners,
    new_channel,
    new_notice,
    quiet,
)
from tests.statement_counts import counting

MINUTE = timedelta(minutes=1)
REFUSED = NoticeFailure("slack_not_taken", "Slack answered 500")


@pytest.fixture
def world(store: SqlStore) -> NoticeWorld:
    add_owners(store)
    return NoticeWorld(store)


def queue_all(world: NoticeWorld) -> list[NoticeKey]:
    with world.sql.begin() as tx:
        return list(tx.notices.queue_due(world.clock.now(), limit=100, of_channel=60))


def test_a_notice_is_stored_as_it_was_posted(world: NoticeWorld) -> None:
    world.add(new_channel(**quiet("22:00", "08:00")))
    content = {"title": "강남 😀 <script>=1+1", "rows": [1, None, {"a": True}], "nul": "\0"}
    world.post(new_notice("k", kind=NoticeKind.NIGHT_FAILED, content=content, is_urgent=True))
    notice = world.one()
    assert (notice.channel, notice.kind, notice.dedupe_key, notice.content) == ("ops", "night_failed", "k", content)
    assert (notice.state, notice.generation, notice.tries) == (NoticeState.WAITING, 0, 0)
    assert (notice.due_at, notice.not_before, notice.created_at) == (NOON, NOON, NOON)
    assert notice.overdue_at == NOON + timedelta(hours=2)
    assert (notice.queued_at, notice.leased_until, notice.told_at, notice.failure) == (None, None, None, None)
    assert notice.is_urgent is True
    with world.sql.read() as tx:
        assert tx.notices.get(notice.id) == notice
        assert tx.notices.get("none") is None


def post_and_fail(world: NoticeWorld) -> None:
    with world.sql.begin() as tx:
        tx.notices.post([new_notice()], at=NOON)
        raise ZeroDivisionError


def test_what_is_posted_with_a_transaction_that_is_taken_back_is_told_to_nobody(world: NoticeWorld) -> None:
    world.add()
    with pytest.raises(ZeroDivisionError):
        post_and_fail(world)
    assert world.all() == []


def test_a_thousand_notices_cost_as_many_statements_as_one(world: NoticeWorld, engine: Engine) -> None:
    world.add(new_channel("agency", audience=AGENCY_1), new_channel("client", audience=CLIENT_1), new_channel("ops"))

    def count(number: int, name: str) -> dict[str, int]:
        notices = [new_notice(f"{name}-{one}", audience=CLIENT_1) for one in range(number)]
        with world.sql.begin() as tx, counting(engine) as counts:
            assert tx.notices.post(notices, at=NOON) == 2 * number
        return dict(counts.statements)

    assert count(1, "a") == {"SELECT": 2, "INSERT": 1}
    # Two rows for each, a thousand to a statement.
    assert count(1000, "b") == {"SELECT": 2, "INSERT": 2}
    with world.sql.begin() as tx, counting(engine) as counts:
        tx.notices.post([], at=NOON)
    assert counts.statements.total() == 0


def test_each_write_counts_for_its_own_generation_alone(world: NoticeWorld) -> None:
    world.add()
    world.post()
    (key,) = queue_all(world)
    older, newer = (NoticeKey(key.notice_id, key.generation + step) for step in (-1, 1))
    with world.sql.begin() as tx:
        for wrong in (older, newer, NoticeKey("none", 1)):
            assert tx.notices.find_queued(wrong) is None
            assert tx.notices.lease(wrong, at=NOON, until=NOON + LEASE) is None
            assert not tx.notices.mark_told(wrong, at=NOON)
            assert not tx.notices.put_off(wrong, until=NOON)
            assert not tx.notices.mark_dead(wrong, REFUSED)
        assert tx.notices.take_back([older, newer]) == 0
        assert tx.notices.mark_told(key, at=NOON)
        assert not tx.notices.mark_told(key, at=NOON)
        assert not tx.notices.mark_dead(key, REFUSED)
        assert not tx.notices.put_off(key, until=NOON, failure=REFUSED)
    notice = world.one()
    assert (notice.state, notice.told_at, notice.overdue_at) == (NoticeState.TOLD, NOON, None)


def test_a_lease_is_had_by_one_at_a_time_and_counts_a_try(world: NoticeWorld) -> None:
    world.add()
    world.post()
    (key,) = queue_all(world)
    with world.sql.begin() as tx:
        assert tx.notices.lease(key, at=NOON, until=NOON + LEASE) == 1
        assert tx.notices.lease(key, at=NOON + LEASE - MINUTE / 60, until=NOON + 2 * LEASE) is None
        assert tx.notices.lease(key, at=NOON + LEASE, until=NOON + 2 * LEASE) == 2
    with world.sql.begin() as tx:
        assert tx.notices.put_off(key, until=NOON + MINUTE, failure=REFUSED)
    notice = world.one()
    assert (notice.state, notice.not_before, notice.leased_until) == (NoticeState.WAITING, NOON + MINUTE, None)
    assert (notice.failure, notice.tries) == (REFUSED, 2)


def test_a_reason_may_be_of_any_length_and_have_any_letter(world: NoticeWorld) -> None:
    world.add()
    world.post()
    (key,) = queue_all(world)
    with world.sql.begin() as tx:
        assert tx.notices.mark_dead(key, NoticeFailure("code", "가\0\ud800" + "나" * 5000))
    failure = world.one().failure
    assert failure is not None
    assert failure.reason.startswith("가?나")
    assert len(failure.reason) <= 2000


def test_what_is_due_is_chosen_in_its_order_and_up_to_a_limit(world: NoticeWorld) -> None:
    world.add()
    for number in range(5):
        world.post(new_notice(str(number), not_before=NOON + (5 - number) * MINUTE))
    world.clock.advance(minutes=10)
    with world.sql.begin() as tx:
        first = tx.notices.queue_due(world.clock.now(), limit=2, of_channel=60)
        rest = tx.notices.queue_due(world.clock.now(), limit=60, of_channel=4)
    named = {notice.id: notice.dedupe_key for notice in world.all()}
    assert [named[key.notice_id] for key in first] == ["4", "3"]
    assert [named[key.notice_id] for key in rest] == ["2", "1"]
    assert {key.generation for key in (*first, *rest)} == {1}


def test_several_channels_share_a_limit_fairly(world: NoticeWorld) -> None:
    world.add(new_channel("a"))
    world.post(*(new_notice(f"a{number}") for number in range(50)))
    world.add(new_channel("b", audience=AGENCY_1))
    world.post(*(new_notice(f"b{number}", audience=AGENCY_1) for number in range(3)))
    with world.sql.begin() as tx:
        keys = tx.notices.queue_due(NOON, limit=100, of_channel=10)
    named = {notice.id: notice.channel for notice in world.all()}
    chosen = [named[key.notice_id] for key in keys]
    assert (chosen.count("a"), chosen.count("b")) == (10, 3)


def test_two_tenders_at_once_queue_each_notice_once(world: NoticeWorld, engine: Engine) -> None:
    world.add()
    world.post(*(new_notice(str(number)) for number in range(40)))
    ready = Barrier(3, timeout=20)

    def choose() -> list[NoticeKey]:
        own = SqlStore(create_store_engine(engine.url.render_as_string(hide_password=False)))

        @retry_conflicts
        def queue() -> list[NoticeKey]:
            with own.begin() as tx:
                return list(tx.notices.queue_due(NOON, limit=100, of_channel=60))

        try:
            ready.wait()
            return queue()
        finally:
            own.engine.dispose()

    with ThreadPoolExecutor(3) as pool:
        chosen = [key for future in [pool.submit(choose) for _ in range(3)] for key in future.result(30)]
    assert sorted(key.notice_id for key in chosen) == sorted(notice.id for notice in world.all())
    assert {key.generation for key in chosen} == {1}


def test_two_who_post_the_same_news_at_once_store_it_once(world: NoticeWorld, engine: Engine) -> None:
    world.add()
    ready = Barrier(2, timeout=20)

    def post() -> int:
        own = SqlStore(create_store_engine(engine.url.render_as_string(hide_password=False)))

        @retry_conflicts
        def store() -> int:
            with own.begin() as tx:
                return tx.notices.post([new_notice(str(number)) for number in range(20)], at=NOON)

        try:
            ready.wait()
            return store()
        finally:
            own.engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        counts = [future.result(30) for future in [pool.submit(post), pool.submit(post)]]
    assert sum(counts) == 20
    assert len(world.all()) == 20


def test_several_notifiers_keep_the_pace_of_a_hook(world: NoticeWorld, engine: Engine) -> None:
    world.add(new_channel("a"), new_channel("b"))
    turns_of_each, notifiers = 2, 3
    ready = Barrier(notifiers, timeout=20)
    with world.sql.read() as tx:
        channels = [listed.channel for listed in tx.channels.list_all(actor=ADMIN)]

    def reserve(number: int) -> list[Any]:
        own = SqlStore(create_store_engine(engine.url.render_as_string(hide_password=False)))
        ready.wait()
        turns = []
        for _ in range(turns_of_each):
            with own.begin() as tx:
                turns.append(
                    tx.channels.reserve(channels[number % 2], at=NOON, pause=HOOK_PAUSE, max_wait=timedelta(minutes=1))
                )
        own.engine.dispose()
        return turns

    with ThreadPoolExecutor(notifiers) as pool:
        futures = [pool.submit(reserve, number) for number in range(notifiers)]
        turns = [turn for future in futures for turn in future.result(30)]
    starts = sorted(turn.starts_at for turn in turns if isinstance(turn, Turn))
    assert starts == [NOON + number * HOOK_PAUSE for number in range(turns_of_each * notifiers)]


def test_a_turn_that_is_too_far_is_not_reserved_and_says_when_the_hook_is_free(world: NoticeWorld) -> None:
    world.add(new_channel("a"), new_channel("mail", kind=ChannelKind.WEBHOOK, address="https://hook.agency.co.kr/"))
    with world.sql.begin() as tx:
        hook, other = (listed.channel for listed in tx.channels.list_all(actor=ADMIN))
        tx.channels.hold(hook, NOON + MINUTE)
        tx.channels.hold(hook, NOON)
        for _ in range(2):
            turn = tx.channels.reserve(hook, at=NOON, pause=HOOK_PAUSE, max_wait=LONGEST_TURN)
            assert turn == NoTurn(NOON + MINUTE)
        assert tx.channels.reserve(other, at=NOON, pause=HOOK_PAUSE, max_wait=LONGEST_TURN) == Turn(NOON)
        later = NOON + MINUTE
        assert tx.channels.reserve(hook, at=later, pause=HOOK_PAUSE, max_wait=LONGEST_TURN) == Turn(later)


def test_overdue_notices_are_locked_longest_due_first_and_told_of_once(world: NoticeWorld) -> None:
    world.add()
    world.post(
        new_notice("late", not_before=NOON + MINUTE), new_notice("first"), new_notice("other", kind=NoticeKind.TEST)
    )
    due = NOON + timedelta(hours=2)
    with world.sql.begin() as tx:
        assert tx.notices.lock_overdue(due - MINUTE, limit=10) == []
        (first,) = tx.notices.lock_overdue(due, limit=10)
        assert first.dedupe_key == "first"
        found = tx.notices.lock_overdue(due + MINUTE, limit=10)
        assert [notice.dedupe_key for notice in found] == ["first", "late"]
        tx.notices.mark_overdue_told([first.id])
        assert [notice.dedupe_key for notice in tx.notices.lock_overdue(due + MINUTE, limit=10)] == ["late"]


def test_an_address_is_suppressed_in_all_its_channels_whatever_its_case(world: NoticeWorld) -> None:
    mail = {"kind": ChannelKind.EMAIL}
    world.add(
        new_channel("one", address="Kim@agency.co.kr", **mail),
        new_channel("two", address="kim@agency.co.kr", audience=AGENCY_1, **mail),
        new_channel("other", address="lee@agency.co.kr", **mail),
        new_channel("hook", kind=ChannelKind.WEBHOOK, address="kim@agency.co.kr"),
    )
    world.post(new_notice("a"))
    queue_all(world)
    world.post(new_notice("b"))
    with world.sql.begin() as tx:
        assert len(tx.notices.suppress(" KIM@AGENCY.CO.KR ", "반송", at=NOON)) == 2
        assert tx.notices.suppress("kim@agency.co.kr", "again", at=NOON) == []
        listed = {one.channel.name: one.channel.suppressed for one in tx.channels.list_all(actor=ADMIN)}
    assert listed == {"one": "반송", "two": "반송", "other": None, "hook": None}
    dead = {(notice.channel, notice.dedupe_key) for notice in world.all(states=[NoticeState.DEAD])}
    assert dead == {("one", "a"), ("one", "b")}


def test_a_removed_channel_keeps_its_notices_and_no_secret(world: NoticeWorld, engine: Engine) -> None:
    world.add(new_channel("ops"))
    world.post()
    with world.sql.begin() as tx:
        found = tx.channels.find("ops")
        assert found is not None
        assert tx.channels.remove(found.channel.id, at=NOON) == 1
        assert tx.channels.remove(found.channel.id, at=NOON) == 0
        assert tx.channels.find("ops") is None
        assert tx.channels.named(["ops", "none"]) == {}
    notice = world.one()
    assert (notice.channel, notice.state, notice.overdue_at) == ("ops", NoticeState.DEAD, None)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT address FROM channel")).scalar_one() == ""


@pytest.mark.parametrize("number", [1, 2500])
def test_channels_are_found_by_name_a_thousand_at_a_time(world: NoticeWorld, engine: Engine, number: int) -> None:
    world.add(new_channel("ops", audience=CLIENT_1))
    names = ["ops", *(f"none-{one}" for one in range(number))]
    with world.sql.read() as tx, counting(engine) as counts:
        found = tx.channels.named(names)
    assert counts.statements.total() == 1 + number // 1000
    assert [(name, listed.owner.name, listed.owner.agency_id) for name, listed in found.items()] == [
        ("ops", "가게 1", 1)
    ]


def test_a_notice_is_found_by_whoever_sees_its_channel(world: NoticeWorld) -> None:
    world.add(new_channel("agency", audience=AGENCY_1))
    world.post(new_notice(audience=AGENCY_1))
    with world.sql.read() as tx:
        (notice,) = tx.notices.page(NoticeQuery(wanted=NoticeFilter(), actor=AGENCY, limit=10)).notices
        assert tx.notices.find_seen(notice.id, actor=AGENCY) == notice
        assert tx.notices.find_seen(notice.id, actor=OTHER_AGENCY) is None


def test_channels_are_paged_by_name_and_found_by_number(world: NoticeWorld) -> None:
    world.add(*(new_channel(name) for name in ("b", "가", "a")))
    with world.sql.read() as tx:
        whole = tx.channels.list_all(actor=ADMIN)
        first = tx.channels.list_all(actor=ADMIN, limit=2)
        rest = tx.channels.list_all(actor=ADMIN, after=first[-1].channel.name, limit=2)
        assert [*first, *rest] == list(whole)
        assert tx.channels.find(whole[1].channel.id) == whole[1]


def test_what_a_channel_wants_is_changed_and_nothing_else_of_it(world: NoticeWorld) -> None:
    world.add()
    with world.sql.begin() as tx:
        listed = tx.channels.find("ops")
        assert listed is not None
        wanted = replace(listed.channel, kinds=frozenset({NoticeKind.DIGEST}), name="other", **quiet("22:00", "08:00"))
        tx.channels.change(wanted)
        changed = tx.channels.find("ops")
    assert changed is not None
    assert changed.channel == replace(wanted, name="ops")

from datetime import timedelta
from itertools import pairwise

import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeState
from sunwi.domain.notice_rules import MOST_QUEUED_OF_CHANNEL, QUEUED_AGAIN_AFTER
from sunwi.domain.stored_notice import parse_notice_message
from sunwi.errors import Retryable
from sunwi.service.notices.send_due import SendDue
from tests.notice_world import NOON, SLACK, NoticeWorld, new_channel, new_notice


def test_what_is_due_is_queued_once(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice("a"), new_notice("b", not_before=NOON + timedelta(minutes=5)))
    (body,) = world.tick()
    due, later = world.all()
    assert parse_notice_message(body).notice_id == due.id
    assert (due.state, due.generation, due.queued_at) == (NoticeState.QUEUED, 1, NOON)
    assert (later.state, later.generation) == (NoticeState.WAITING, 0)
    assert world.tick() == []
    world.clock.advance(minutes=5)
    assert [parse_notice_message(body).notice_id for body in world.tick()] == [later.id]


def test_where_no_queue_is_set_nothing_is_queued(world: NoticeWorld) -> None:
    world.add()
    world.post()
    assert SendDue(store=world.sql, queue=None, clock=world.clock).send() == 0
    assert world.one().state is NoticeState.WAITING


def test_what_the_queue_refuses_waits_for_the_next_minute(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice("a"), new_notice("b"))
    refused, taken = world.all()
    world.queue.refused.add(refused.id)
    assert world.send_due.send() == 1
    assert [notice.state for notice in world.all()] == [NoticeState.WAITING, NoticeState.QUEUED]
    world.queue.refused.clear()
    assert world.send_due.send() == 1
    assert world.queue.sent == [(taken.id, 1), (refused.id, 2)]


def test_a_queue_that_is_away_leaves_everything_waiting_and_the_tick_says_so(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice("a"), new_notice("b"))
    world.queue.is_away = True
    with pytest.raises(Retryable):
        world.send_due.send()
    assert world.states() == [NoticeState.WAITING] * 2
    world.queue.is_away = False
    assert world.send_due.send() == 2


def test_a_message_that_is_lost_is_sent_again_in_the_next_generation_after_a_quarter_of_an_hour(
    world: NoticeWorld,
) -> None:
    world.add()
    world.post()
    world.tick()
    world.clock.at = NOON + QUEUED_AGAIN_AFTER - timedelta(seconds=1)
    assert world.tick() == []
    world.clock.at = NOON + QUEUED_AGAIN_AFTER
    (body,) = world.tick()
    assert parse_notice_message(body).generation == 2
    assert world.one().queued_at == world.clock.now()
    assert world.tick() == []


def test_what_a_notifier_has_is_not_queued_again(world: NoticeWorld) -> None:
    world.add()
    world.post()
    (body,) = world.tick()
    world.clock.at = NOON + QUEUED_AGAIN_AFTER
    with world.sql.begin() as tx:
        assert tx.notices.lease(
            parse_notice_message(body), at=world.clock.now(), until=world.clock.now() + timedelta(minutes=1)
        )
    assert world.tick() == []
    world.clock.advance(minutes=1)
    assert len(world.tick()) == 1


def test_of_one_channel_no_more_are_queued_than_a_minute_takes_so_that_others_are_sent(world: NoticeWorld) -> None:
    world.add(new_channel("burst"))
    world.post(*(new_notice(f"{number:04}") for number in range(200)))
    world.add(new_channel("calm", kind=ChannelKind.EMAIL, address="kim@agency.co.kr"))
    world.clock.advance(seconds=1)
    world.post(new_notice("later"))
    sent = {parse_notice_message(body).notice_id for body in world.tick()}
    queued = [notice for notice in world.all() if notice.id in sent]
    assert [notice.channel for notice in queued].count("burst") == MOST_QUEUED_OF_CHANNEL
    assert [notice.dedupe_key for notice in queued if notice.channel == "calm"] == ["later"]
    assert world.tick() == []


def test_a_burst_to_one_hook_is_told_whole_in_its_order_one_a_second(world: NoticeWorld) -> None:
    number = 150
    world.add()
    world.post(*(new_notice(f"{one:04}") for one in range(number)))
    world.settle()
    assert world.sender.titles() == [f"{one:04}" for one in range(number)]
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(world.sent_at()))
    assert {sent.channel.address for sent in world.sender.sent} == {SLACK}

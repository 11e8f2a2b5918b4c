"""When a notice is sent: at its channel's pace, and for how long it waits for its sender."""

from datetime import timedelta
from itertools import pairwise

import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice_rules import LONGEST_TURN
from sunwi.errors import NotTaken
from sunwi.service.notices.deliver_notice import Delivery
from tests.notice_world import NOON, NoticeWorld, new_channel, new_notice
from tests.unit.service.notices.test_deliver_notice import posted

MINUTE = timedelta(minutes=1)
MAIL = {"kind": ChannelKind.EMAIL, "address": "kim@agency.co.kr"}


def test_a_hook_is_sent_one_message_a_second_whichever_channels_have_it(world: NoticeWorld) -> None:
    world.add(new_channel("a"), new_channel("b"))
    world.post(*(new_notice(str(number)) for number in range(3)))
    bodies = world.tick()
    assert [world.deliver.handle(body) for body in bodies] == [Delivery.TOLD] * 6
    gaps = [later - earlier for earlier, later in pairwise(world.sent_at())]
    assert gaps == [timedelta(seconds=1)] * 5


def test_other_channels_wait_for_nobody(world: NoticeWorld) -> None:
    world.add(new_channel(**MAIL))
    world.post(*(new_notice(str(number)) for number in range(3)))
    assert world.round() == [Delivery.TOLD] * 3
    assert world.clock.now() == NOON


def test_a_turn_that_is_too_far_away_is_not_waited_for_and_costs_no_try(world: NoticeWorld) -> None:
    body = posted(world)
    with world.sql.begin() as tx:
        found = tx.channels.find("ops")
        assert found is not None
        tx.channels.hold(found.channel, NOON + LONGEST_TURN + MINUTE)
    assert world.deliver.handle(body) is Delivery.PUT_OFF
    assert (world.one().tries, world.one().not_before) == (0, NOON + LONGEST_TURN + MINUTE)
    assert world.slept == []


@pytest.mark.parametrize("code", ["mail_quota_used", "mail_paused"])
def test_a_mail_waits_a_day_for_its_sender_and_then_has_its_three_tries(world: NoticeWorld, code: str) -> None:
    hour = timedelta(hours=1)
    world.sender.failures = [NotTaken("not now", retry_after=hour, code=code) for _ in range(26)]
    world.add(new_channel(**MAIL))
    world.post(new_notice())
    for hours in range(24):
        assert world.round() == [Delivery.PUT_OFF], hours
        assert (world.one().tries, world.one().not_before) == (0, NOON + (hours + 1) * hour)
        world.clock.advance(seconds=3600)
    for delivery in (Delivery.PUT_OFF, Delivery.PUT_OFF, Delivery.TOLD):
        assert world.round() == [delivery]
        world.clock.advance(seconds=3600)


def test_a_sender_that_refuses_for_longer_than_a_day_ends_a_mail_after_three_more_tries(world: NoticeWorld) -> None:
    world.sender.failures = [NotTaken("not now", retry_after=timedelta(hours=12), code="mail_paused") for _ in range(5)]
    world.add(new_channel(**MAIL))
    world.post(new_notice())
    ends = []
    for _ in range(5):
        ends += world.round()
        world.clock.advance(seconds=12 * 3600)
    assert ends == [Delivery.PUT_OFF] * 4 + [Delivery.DEAD]

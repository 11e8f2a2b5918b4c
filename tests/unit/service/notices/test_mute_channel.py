from datetime import timedelta

import pytest

from sunwi.domain.notice import NoticeState
from sunwi.errors import InvalidInput
from sunwi.service.notices.deliver_notice import Delivery
from tests.notice_world import ADMIN, AGENCY, NOON, NoticeWorld, new_notice

HOUR = timedelta(hours=1)


@pytest.fixture
def muted(world: NoticeWorld) -> NoticeWorld:
    """A channel that is silent for an hour, with one notice from before."""
    world.add()
    world.post(new_notice("before"))
    assert world.mute_channel.mute(ADMIN, "ops", NOON + HOUR) == 1
    return world


def test_nothing_is_sent_before_the_end_of_a_mute_and_everything_after_it(muted: NoticeWorld) -> None:
    muted.post(new_notice("during"), new_notice("urgent", is_urgent=True))
    muted.clock.advance(minutes=59)
    assert muted.tick() == []
    muted.clock.advance(minutes=1)
    assert muted.round() == [Delivery.TOLD] * 3


def test_a_mute_that_is_ended_early_lets_go_what_waited(muted: NoticeWorld) -> None:
    muted.post(new_notice("during"), new_notice("later", not_before=NOON + 3 * HOUR))
    muted.clock.advance(minutes=10)
    assert muted.mute_channel.mute(ADMIN, "ops", None) == 3
    assert muted.round() == [Delivery.TOLD] * 2
    later = muted.all()[-1]
    assert (later.state, later.not_before) == (NoticeState.WAITING, NOON + 3 * HOUR)


def test_a_longer_mute_takes_the_place_of_a_shorter_one(muted: NoticeWorld) -> None:
    muted.mute_channel.mute(ADMIN, "ops", NOON + 2 * HOUR)
    assert muted.one().not_before == NOON + 2 * HOUR
    muted.post(new_notice("during"))
    assert {notice.not_before for notice in muted.all()} == {NOON + 2 * HOUR}


@pytest.mark.parametrize("until", [NOON, NOON - HOUR, NOON + timedelta(days=367)])
def test_a_time_that_is_over_or_too_far_is_refused(muted: NoticeWorld, until: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        muted.mute_channel.mute(ADMIN, "ops", until)  # type: ignore[arg-type]  # times, as the parameters say
    assert caught.value.code == "mute_unusable"


def test_a_channel_of_others_cannot_be_muted(muted: NoticeWorld) -> None:
    with pytest.raises(InvalidInput) as caught:
        muted.mute_channel.mute(AGENCY, "ops", NOON + HOUR)
    assert caught.value.code == "channel_unknown"

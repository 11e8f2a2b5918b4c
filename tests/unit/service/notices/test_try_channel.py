import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.schedule import KST
from sunwi.errors import InvalidInput
from tests.notice_world import ADMIN, AGENCY, NOON, NoticeWorld, new_channel, quiet


def test_a_test_goes_to_the_one_channel_whatever_it_wants_and_however_late_it_is(world: NoticeWorld) -> None:
    world.add(
        new_channel("ops", kinds=frozenset({NoticeKind.BACKUP}), **quiet("22:00", "08:00")), new_channel("others")
    )
    world.clock.at = NOON.astimezone(KST).replace(hour=23)
    posted = [world.try_channel.post(ADMIN, "ops") for _ in range(2)]
    assert [(notice.channel, notice.state, notice.kind) for notice in posted] == [
        ("ops", NoticeState.WAITING, "test"),
        ("ops", NoticeState.WAITING, "test"),
    ]
    assert posted[0].id != posted[1].id
    assert posted[0].content == {"channel": "ops", "by": "cli:admin", "at": world.clock.now().isoformat()}
    assert len(world.tick()) == 2
    assert world.try_channel.look(posted[0].id) == world.all()[0]


def test_a_test_of_a_channel_that_takes_nothing_is_dead_at_once(world: NoticeWorld) -> None:
    world.add(new_channel("mail", kind=ChannelKind.EMAIL, address="kim@agency.co.kr"))
    with world.sql.begin() as tx:
        tx.notices.suppress("kim@agency.co.kr", "bounced", at=NOON)
    assert world.try_channel.post(ADMIN, "mail").state is NoticeState.DEAD


@pytest.mark.parametrize("name", ["ops", "none"])
def test_a_channel_of_others_or_of_nobody_cannot_be_tried(world: NoticeWorld, name: str) -> None:
    world.add()
    with pytest.raises(InvalidInput) as caught:
        world.try_channel.post(AGENCY, name)
    assert caught.value.code == "channel_unknown"
    assert world.all() == []

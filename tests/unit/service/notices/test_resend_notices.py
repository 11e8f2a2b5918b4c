from datetime import timedelta

import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_list import MOST_RESENT, NoticeFilter
from sunwi.errors import InvalidInput, Permanent
from sunwi.service.notices.deliver_notice import Delivery
from tests.notice_world import ADMIN, AGENCY, AGENCY_1, NOON, NoticeWorld, new_channel, new_notice


@pytest.fixture
def dead(world: NoticeWorld) -> NoticeWorld:
    """Two dead notices of an agency's channel and one of the operators'."""
    world.add(new_channel("ops"), new_channel("agency", audience=AGENCY_1))
    world.post(new_notice("a", audience=AGENCY_1), new_notice("b", audience=AGENCY_1), new_notice("c"))
    world.sender.failures = [Permanent("gone", code="slack_gone") for _ in range(3)]
    assert world.round() == [Delivery.DEAD] * 3
    return world


def ids(world: NoticeWorld) -> list[str]:
    return [notice.id for notice in world.all()]


def codes(world: NoticeWorld, *notice_ids: str, actor: object = ADMIN) -> list[str | None]:
    verdicts = world.resend_notices.by_id(actor, notice_ids)  # type: ignore[arg-type]  # an actor
    return [None if verdict.error is None else verdict.error.code for verdict in verdicts]


def test_a_dead_notice_is_sent_again_with_all_its_tries(dead: NoticeWorld) -> None:
    dead.clock.advance(hours=5)
    assert codes(dead, ids(dead)[0]) == [None]
    notice = dead.all()[0]
    assert (notice.state, notice.tries, notice.failure) == (NoticeState.WAITING, 0, None)
    assert notice.overdue_at == dead.clock.now() + timedelta(hours=2)
    assert dead.round() == [Delivery.TOLD]
    assert dead.sender.titles() == ["a"]


def test_each_is_judged_by_itself_and_one_that_is_named_twice_once(dead: NoticeWorld) -> None:
    first, second, _ = ids(dead)
    assert codes(dead, first, "none", second, first) == [None, "notice_unknown", None]
    assert codes(dead, first) == ["notice_not_dead"]


def test_what_matches_is_sent_again(dead: NoticeWorld) -> None:
    verdicts = dead.resend_notices.matching(ADMIN, NoticeFilter(channel="agency"))
    assert [verdict.notice_id for verdict in verdicts] == ids(dead)[:2]
    assert dead.states() == [NoticeState.WAITING, NoticeState.WAITING, NoticeState.DEAD]
    assert dead.resend_notices.matching(ADMIN, NoticeFilter(kinds=[NoticeKind.BACKUP])) == []
    assert dead.resend_notices.matching(ADMIN, NoticeFilter(since=NOON + timedelta(days=1))) == []


def test_others_notices_are_none(dead: NoticeWorld) -> None:
    assert codes(dead, *ids(dead), actor=AGENCY) == [None, None, "notice_unknown"]
    assert dead.resend_notices.matching(AGENCY, NoticeFilter(channel="ops")) == []


def test_what_its_channel_takes_no_more_stays_dead(world: NoticeWorld) -> None:
    world.add(new_channel("mail", kind=ChannelKind.EMAIL, address="kim@agency.co.kr"))
    world.post()
    with world.sql.begin() as tx:
        tx.notices.suppress("kim@agency.co.kr", "bounced", at=NOON)
    assert codes(world, *ids(world)) == ["channel_takes_nothing"]
    world.manage_channels.remove(ADMIN, "mail")
    assert codes(world, *ids(world)) == ["channel_of_notice_removed"]


def test_what_had_no_channel_goes_to_those_that_there_are_by_now(world: NoticeWorld) -> None:
    world.post(new_notice("a"), new_notice("b", kind=NoticeKind.BACKUP))
    assert codes(world, *ids(world)) == ["notice_homeless", "notice_homeless"]
    world.add(new_channel("backups", kinds=frozenset({NoticeKind.BACKUP})))
    assert codes(world, *ids(world)) == ["notice_homeless", None]
    world.add(new_channel("one"), new_channel("two"))
    assert codes(world, world.all(states=[NoticeState.DEAD])[0].id) == [None]
    assert sorted((str(notice.channel), notice.dedupe_key) for notice in world.all()) == [
        ("backups", "b"),
        ("one", "a"),
        ("two", "a"),
    ]


def test_what_named_a_channel_that_is_gone_stays_dead(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice(channel="gone"))
    assert codes(world, *ids(world)) == ["notice_homeless"]


def test_too_many_ids_are_refused(world: NoticeWorld) -> None:
    with pytest.raises(InvalidInput) as caught:
        world.resend_notices.by_id(ADMIN, [str(number) for number in range(MOST_RESENT + 1)])
    assert caught.value.code == "resends_too_many"

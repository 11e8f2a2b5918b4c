from datetime import timedelta

import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, NoticeKind, NoticeState
from sunwi.domain.schedule import KST
from sunwi.service.notices.post_notices import post_notices
from tests.notice_world import AGENCY_1, AGENCY_2, CLIENT_1, CLIENT_3, NOON, NoticeWorld, new_channel, new_notice, quiet

MAIL = {"kind": ChannelKind.EMAIL, "address": "kim@agency.co.kr"}


def channels_of(world: NoticeWorld) -> list[str | None]:
    return sorted((notice.channel for notice in world.all()), key=str)


@pytest.fixture
def channels(world: NoticeWorld) -> NoticeWorld:
    """One channel of each audience but client 3."""
    world.add(
        new_channel("ops"),
        new_channel("agency-1", audience=AGENCY_1),
        new_channel("agency-2", audience=AGENCY_2),
        new_channel("client-1", audience=CLIENT_1),
    )
    return world


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        (SYSTEM_AUDIENCE, ["ops"]),
        (AGENCY_1, ["agency-1"]),
        (CLIENT_1, ["agency-1", "client-1"]),
        (CLIENT_3, []),
    ],
)
def test_a_notice_goes_to_its_audiences_channels_and_a_clients_to_its_agencys_too(
    channels: NoticeWorld, audience: Audience, told: list[str]
) -> None:
    with channels.sql.begin() as tx:
        assert post_notices(tx, [new_notice(audience=audience)], at=NOON) == len(told)
    assert channels_of(channels) == told
    assert {notice.audience for notice in channels.all()} <= {audience}


def test_the_same_news_is_stored_once_for_each_channel_however_often_it_is_posted(channels: NoticeWorld) -> None:
    assert channels.post(new_notice(), new_notice()) == 1
    assert channels.post(new_notice(), new_notice("other")) == 1
    channels.add(new_channel("late"))
    assert channels.post(new_notice()) == 1
    assert channels_of(channels) == ["late", "ops", "ops"]


def test_a_channel_is_told_what_it_wants(world: NoticeWorld) -> None:
    world.add(new_channel("all"), new_channel("backups", kinds=frozenset({NoticeKind.BACKUP})))
    world.post(new_notice("a"), new_notice("b", kind=NoticeKind.BACKUP))
    assert channels_of(world) == ["all", "all", "backups"]


def test_one_that_is_named_is_told_whatever_it_wants_and_nobody_else_is(channels: NoticeWorld) -> None:
    channels.add(new_channel("backups", kinds=frozenset({NoticeKind.BACKUP})))
    channels.post(new_notice(kind=NoticeKind.TEST, channel="backups"))
    assert channels_of(channels) == ["backups"]


def test_what_the_operators_have_no_channel_for_is_seen_in_the_list(world: NoticeWorld) -> None:
    assert world.post() == 1
    assert world.post() == 0
    notice = world.one()
    assert (notice.channel, notice.state, notice.overdue_at) == (None, NoticeState.DEAD, None)
    assert notice.failure is not None
    assert notice.failure.code == "notice_without_channel"


def test_what_an_agency_or_client_has_no_channel_for_is_not_stored(world: NoticeWorld) -> None:
    assert world.post(new_notice(audience=AGENCY_1), new_notice(audience=CLIENT_1)) == 0
    assert world.all() == []


def test_what_was_for_a_channel_that_is_gone_is_seen_in_the_list(world: NoticeWorld) -> None:
    world.post(new_notice(kind=NoticeKind.JOB_ENDED, channel="gone"))
    failure = world.one().failure
    assert failure is not None
    assert failure.code == "notice_channel_removed"


def test_a_channel_that_takes_nothing_gets_dead_notices_with_the_reason(world: NoticeWorld) -> None:
    world.add(new_channel(**MAIL))
    with world.sql.begin() as tx:
        assert len(tx.notices.suppress("KIM@Agency.co.kr", "bounced: 5.1.1", at=NOON)) == 1
    world.post()
    notice = world.one()
    assert notice.state is NoticeState.DEAD
    assert notice.failure is not None
    assert (notice.failure.code, notice.failure.reason) == ("channel_suppressed", "bounced: 5.1.1")
    assert world.tick() == []


def test_what_comes_in_quiet_hours_waits_for_their_end_unless_it_is_urgent(world: NoticeWorld) -> None:
    world.add(new_channel(**quiet("22:00", "08:00")))
    world.clock.at = NOON.astimezone(KST).replace(hour=23)
    world.post(new_notice("a"), new_notice("b", is_urgent=True))
    calm, urgent = world.all()
    assert calm.not_before == NOON.astimezone(KST).replace(hour=8) + timedelta(days=1)
    assert urgent.not_before == calm.due_at == world.clock.now()


def test_what_is_to_come_later_waits_and_then_for_the_channel(world: NoticeWorld) -> None:
    world.add(new_channel(**quiet("22:00", "08:00")))
    evening = NOON.astimezone(KST).replace(hour=22)
    world.post(new_notice("a", not_before=NOON + timedelta(hours=1)), new_notice("b", not_before=evening))
    soon, late = world.all()
    assert soon.not_before == soon.due_at == NOON + timedelta(hours=1)
    assert (late.due_at, late.not_before) == (evening, evening + timedelta(hours=10))


def test_a_time_that_is_over_is_now(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice(not_before=NOON - timedelta(days=1)))
    assert world.one().not_before == NOON


@pytest.mark.parametrize(
    "content",
    [
        {"title": "가" * 70_000},
        {"title": float("nan")},
        {("a", "b"): 1},
    ],
)
def test_what_cannot_be_stored_is_dead_and_fails_nobody(world: NoticeWorld, content: dict[str, object]) -> None:
    world.add()
    assert world.post(new_notice(content=content)) == 1
    notice = world.one()
    assert (notice.state, notice.content) == (NoticeState.DEAD, {})
    assert notice.failure is not None
    assert notice.failure.code == "notice_content_unusable"


def test_what_json_does_not_know_is_stored_as_text(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice(content={"title": NOON, "names": ("a", "b"), "emoji": "😀", "formula": "=1+1\0"}))
    assert world.one().content == {
        "title": str(NOON),
        "names": ["a", "b"],
        "emoji": "😀",
        "formula": "=1+1\0",
    }


@pytest.mark.parametrize("key", ["k" * 300, "가" * 300, "a\0b", "\ud800"])
def test_a_key_that_its_column_does_not_take_still_tells_news_apart(world: NoticeWorld, key: str) -> None:
    world.add()
    same, other = new_notice(key + "1"), new_notice(key + "2")
    assert world.post(same, other, same) == 2
    assert world.post(same) == 0

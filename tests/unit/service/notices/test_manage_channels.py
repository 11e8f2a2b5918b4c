from datetime import time
from typing import Any

import pytest
from sqlalchemy import text

from sunwi.domain.actor import Actor
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NoticeKind, NoticeState
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.notices.manage_channels import ChannelOrder
from sunwi.wording.error_words import error_words
from tests.notice_world import (
    ADMIN,
    ADVERTISER,
    AGENCY,
    AGENCY_1,
    AGENCY_2,
    CLIENT_1,
    CLIENT_2,
    CLIENT_3,
    NOON,
    OTHER_AGENCY,
    SLACK,
    NoticeWorld,
    new_notice,
)


def order(name: str = "ops", **values: Any) -> ChannelOrder:
    usual: dict[str, Any] = {"kind": ChannelKind.SLACK, "address": SLACK, "audience": SYSTEM_AUDIENCE}
    return ChannelOrder(name=name, **{**usual, **values})


def names(world: NoticeWorld, actor: Actor = ADMIN) -> list[str]:
    return [listed.channel.name for listed in world.manage_channels.list_all(actor)]


def test_a_channel_is_stored_as_it_was_asked_for(world: NoticeWorld) -> None:
    asked = order(
        " 강남 치과 ",
        kind=ChannelKind.EMAIL,
        address="Kim@Agency.CO.KR",
        audience=CLIENT_1,
        kinds=frozenset({NoticeKind.DIGEST, NoticeKind.NIGHT_FAILED}),
        quiet_from=time(22),
        quiet_until=time(8, 30),
    )
    added = world.manage_channels.add(ADMIN, asked)
    (listed,) = world.manage_channels.list_all(ADMIN)
    assert (added.listed, added.secret) == (listed, None)
    channel = listed.channel
    assert (channel.name, channel.kind, channel.address) == ("강남 치과", ChannelKind.EMAIL, "Kim@agency.co.kr")
    assert (channel.audience, channel.kinds) == (CLIENT_1, asked.kinds)
    assert (channel.quiet_from, channel.quiet_until, channel.secret) == (time(22), time(8, 30), None)
    assert (listed.owner.name, listed.owner.agency_id, listed.created_at) == ("가게 1", 1, NOON)


def test_a_webhook_gets_a_secret_that_signs_its_messages(world: NoticeWorld) -> None:
    hook = order(kind=ChannelKind.WEBHOOK, address="https://hook.agency.co.kr/sunwi")
    added = world.manage_channels.add(ADMIN, hook)
    assert added.secret == added.listed.channel.secret == "whsec_c2VjcmV0"
    assert "whsec" not in repr(added.listed)


def test_a_name_is_taken_once_and_free_again_after_a_removal(world: NoticeWorld) -> None:
    world.manage_channels.add(ADMIN, order())
    with pytest.raises(Conflict) as caught:
        world.manage_channels.add(ADMIN, order())
    assert caught.value.code == "channel_taken"
    world.manage_channels.remove(ADMIN, "ops")
    world.manage_channels.add(ADMIN, order())
    assert names(world) == ["ops"]


@pytest.mark.parametrize(
    ("wrong", "code", "korean"),
    [
        ({"name": " "}, "channel_name_unusable", "1~100자"),
        ({"name": "a" * 101}, "channel_name_unusable", "1~100자"),
        ({"name": "a\u200bb"}, "channel_name_unusable", "보이는 글자"),
        ({"address": "https://evil.kr"}, "slack_address_unusable", "https://hooks.slack.com/services/"),
        ({"kind": ChannelKind.EMAIL, "address": "kim"}, "email_address_unusable", "메일 주소 'kim'"),
        ({"kind": ChannelKind.WEBHOOK, "address": "http://a.kr"}, "webhook_address_unusable", "https://"),
        ({"quiet_from": time(22)}, "quiet_hours_unusable", "22:00과 08:00"),
        ({"quiet_from": time(8), "quiet_until": time(8)}, "quiet_hours_unusable", "22:00과 08:00"),
        ({"audience": Audience(AudienceKind.AGENCY, 9)}, "audience_unknown", "agency:9이(가) 없습니다"),
        ({"audience": Audience(AudienceKind.CLIENT, 9)}, "audience_unknown", "client:9이(가) 없습니다"),
    ],
)
def test_what_is_no_use_is_refused_in_words_and_nothing_is_stored(
    world: NoticeWorld, wrong: dict[str, Any], code: str, korean: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        world.manage_channels.add(ADMIN, order(**{"name": "ops", **wrong}))
    assert caught.value.code == code
    assert korean in error_words(caught.value)
    assert names(world) == []


@pytest.mark.parametrize(
    ("actor", "audience", "may"),
    [
        (AGENCY, AGENCY_1, True),
        (AGENCY, CLIENT_1, True),
        (AGENCY, AGENCY_2, False),
        (AGENCY, CLIENT_2, False),
        (AGENCY, CLIENT_3, False),
        (AGENCY, SYSTEM_AUDIENCE, False),
        (AGENCY, Audience(AudienceKind.CLIENT, 9), False),
        (ADVERTISER, CLIENT_1, False),
        (ADVERTISER, SYSTEM_AUDIENCE, False),
        (ADMIN, CLIENT_3, True),
    ],
)
def test_an_agency_adds_channels_for_itself_and_its_clients_alone(
    world: NoticeWorld,
    actor: Actor,
    audience: Audience,
    may: bool,  # noqa: FBT001 - an example's outcome
) -> None:
    if may:
        world.manage_channels.add(actor, order(audience=audience))
    else:
        with pytest.raises(InvalidInput) as caught:
            world.manage_channels.add(actor, order(audience=audience))
        assert caught.value.code == "audience_forbidden"
    assert names(world) == (["ops"] if may else [])


def test_everybody_sees_and_removes_their_own(world: NoticeWorld) -> None:
    owners = {"a1": AGENCY_1, "a2": AGENCY_2, "c1": CLIENT_1, "c3": CLIENT_3, "s": SYSTEM_AUDIENCE}
    for name, audience in owners.items():
        world.manage_channels.add(ADMIN, order(name, audience=audience))
    assert names(world) == ["a1", "a2", "c1", "c3", "s"]
    assert (names(world, AGENCY), names(world, OTHER_AGENCY), names(world, ADVERTISER)) == (["a1", "c1"], ["a2"], [])
    for name in ("a2", "c3", "s", "none"):
        with pytest.raises(InvalidInput) as caught:
            world.manage_channels.remove(AGENCY, name)
        assert caught.value.code == "channel_unknown"
    world.manage_channels.remove(AGENCY, "c1")
    assert names(world) == ["a1", "a2", "c3", "s"]


def test_of_a_channel_that_was_removed_no_address_and_no_secret_is_kept_and_what_waited_is_dead(
    world: NoticeWorld,
) -> None:
    hook = order(kind=ChannelKind.WEBHOOK, address="https://hook.agency.co.kr/sunwi")
    world.manage_channels.add(ADMIN, hook)
    world.post(new_notice("told"))
    world.round()
    world.post(new_notice("waits"), new_notice("later", not_before=NOON.replace(hour=9)))
    assert world.manage_channels.remove(ADMIN, "ops") == 2
    assert world.states() == [NoticeState.TOLD, NoticeState.DEAD, NoticeState.DEAD]
    assert {notice.channel for notice in world.all()} == {"ops"}
    with world.sql.engine.connect() as connection:
        assert connection.execute(text("SELECT address, secret FROM channel")).all() == [("", None)]
    world.post(new_notice("after"))
    failure = world.all()[-1].failure
    assert failure is not None
    assert failure.code == "notice_without_channel"

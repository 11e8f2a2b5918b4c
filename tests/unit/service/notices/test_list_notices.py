import pytest

from sunwi.domain.actor import Actor
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.errors import InvalidInput
from tests.notice_world import (
    ADMIN,
    ADVERTISER,
    AGENCY,
    AGENCY_1,
    AGENCY_2,
    CLIENT_1,
    OTHER_AGENCY,
    NoticeWorld,
    new_channel,
    new_notice,
)


def keys(world: NoticeWorld, actor: Actor = ADMIN, **wanted: object) -> list[str]:
    query = NoticeQuery(wanted=NoticeFilter(**wanted), actor=actor, limit=100)  # type: ignore[arg-type]  # of the test
    return [notice.dedupe_key for notice in world.list_notices.page(query).notices]


def test_pages_follow_each_other_newest_first(world: NoticeWorld) -> None:
    world.add()
    world.post(*(new_notice(str(number)) for number in range(5)))
    seen, before = [], None
    while True:
        page = world.list_notices.page(NoticeQuery(wanted=NoticeFilter(), actor=ADMIN, limit=2, before=before))
        seen.append([notice.dedupe_key for notice in page.notices])
        before = page.next_before
        if before is None:
            break
    assert seen == [["4", "3"], ["2", "1"], ["0"]]


def test_a_list_shows_what_is_asked_for(world: NoticeWorld) -> None:
    world.add(new_channel("one"), new_channel("two", audience=AGENCY_1))
    world.post(new_notice("a"), new_notice("b", kind=NoticeKind.BACKUP), new_notice("c", audience=AGENCY_1))
    world.settle()
    world.post(new_notice("d"))
    assert keys(world, channel="one") == ["d", "b", "a"]
    assert keys(world, kinds=[NoticeKind.BACKUP]) == ["b"]
    assert keys(world, states=[NoticeState.WAITING]) == ["d"]
    assert keys(world, states=[NoticeState.TOLD, NoticeState.DEAD], kinds=[NoticeKind.DIGEST]) == ["c", "a"]
    assert keys(world, since=world.clock.now()) == ["d"]
    assert keys(world, channel="none") == []


def test_everybody_sees_what_their_own_channels_are_told(world: NoticeWorld) -> None:
    world.add(
        new_channel("s"),
        new_channel("a1", audience=AGENCY_1),
        new_channel("a2", audience=AGENCY_2),
        new_channel("c1", audience=CLIENT_1),
    )
    world.post(new_notice("s"), new_notice("c", audience=CLIENT_1), new_notice("a", audience=AGENCY_2))
    assert keys(world) == ["a", "c", "c", "s"]
    assert (keys(world, AGENCY), keys(world, OTHER_AGENCY), keys(world, ADVERTISER)) == (["c", "c"], ["a"], [])


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_a_length(world: NoticeWorld, limit: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        world.list_notices.page(NoticeQuery(wanted=NoticeFilter(), actor=ADMIN, limit=limit))
    assert caught.value.code == "notice_page_unusable"

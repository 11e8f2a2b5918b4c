from datetime import timedelta

import pytest

from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_rules import OVERDUE_AFTER
from sunwi.errors import Permanent, Retryable
from tests.notice_world import AGENCY_1, NOON, NoticeWorld, new_channel, new_notice

#: A minute in which overdue notices are told of.
DUE = NOON + OVERDUE_AFTER


@pytest.fixture
def late(world: NoticeWorld) -> NoticeWorld:
    """A digest for an agency that nobody sends, and a channel of the operators."""
    world.add(new_channel("ops"), new_channel("agency", audience=AGENCY_1))
    world.post(new_notice(audience=AGENCY_1))
    return world


def overdue(world: NoticeWorld) -> list[int]:
    """Return of how many notices each notice to the operators tells."""
    return [notice.content["count"] for notice in world.all(kinds=[NoticeKind.OVERDUE])]


def test_a_digest_that_was_not_sent_after_two_hours_is_told_by_notice_and_alarm_once(late: NoticeWorld) -> None:
    late.clock.at = DUE - timedelta(minutes=10)
    assert late.tell_overdue.tell() == 0
    late.clock.at = DUE
    assert late.tell_overdue.tell() == 1
    late.clock.advance(hours=1)
    assert late.tell_overdue.tell() == 0
    assert (overdue(late), [alarm.title for alarm in late.alarms.raised]) == ([1], ["1 overdue"])
    notice = late.all(kinds=[NoticeKind.OVERDUE])[0]
    assert (notice.channel, notice.is_urgent) == ("ops", True)
    named = notice.content["notices"][0]
    assert (named["channel"], named["kind"], named["state"], named["code"]) == ("agency", "digest", "WAITING", None)


def test_one_that_was_sent_late_is_not_told_of(late: NoticeWorld) -> None:
    late.clock.at = DUE - timedelta(minutes=1)
    late.round()
    late.clock.at = DUE
    assert late.tell_overdue.tell() == 0
    assert late.alarms.raised == []


def test_one_that_is_dead_is_told_of_with_its_reason(late: NoticeWorld) -> None:
    late.sender.failures = [Permanent("the hook is gone", code="slack_gone")]
    late.round()
    late.clock.at = DUE
    assert late.tell_overdue.tell() == 1
    assert late.all(kinds=[NoticeKind.OVERDUE])[0].content["notices"][0]["code"] == "slack_gone"


def test_what_nobody_waits_for_is_never_told_of(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice(kind=NoticeKind.JOB_ENDED), new_notice("b", kind=NoticeKind.BACKUP))
    world.clock.at = DUE + timedelta(days=1)
    assert world.tell_overdue.tell() == 0


def test_many_are_told_of_together_in_every_tenth_minute(late: NoticeWorld) -> None:
    late.post(*(new_notice(str(number), audience=AGENCY_1) for number in range(20)))
    late.clock.at = DUE + timedelta(minutes=1)
    assert late.tell_overdue.tell() == 0
    late.clock.at = DUE + timedelta(minutes=10)
    assert late.tell_overdue.tell() == 21
    assert (overdue(late), len(late.alarms.raised)) == ([21], 1)
    assert len(late.all(kinds=[NoticeKind.OVERDUE])[0].content["notices"]) == 10


def test_an_alarm_that_cannot_be_raised_is_raised_later_and_the_notice_is_stored_once(late: NoticeWorld) -> None:
    late.clock.at = DUE
    late.alarms.is_away = True
    with pytest.raises(Retryable):
        late.tell_overdue.tell()
    assert overdue(late) == [1]
    late.alarms.is_away = False
    late.clock.advance(minutes=10)
    assert late.tell_overdue.tell() == 1
    assert (overdue(late), len(late.alarms.raised)) == ([1], 1)


def test_without_a_channel_of_the_operators_the_alarm_still_tells(world: NoticeWorld) -> None:
    world.add(new_channel("agency", audience=AGENCY_1))
    world.post(new_notice(audience=AGENCY_1))
    world.clock.at = DUE
    assert world.tell_overdue.tell() == 1
    assert len(world.alarms.raised) == 1
    assert world.all(kinds=[NoticeKind.OVERDUE])[0].state is NoticeState.DEAD


def test_what_is_muted_is_not_overdue_before_its_mute_is_over(late: NoticeWorld) -> None:
    with late.sql.begin() as tx:
        found = tx.channels.find("agency")
        assert found is not None
        tx.channels.mute(found.channel.id, NOON + timedelta(days=1), at=NOON)
    late.clock.at = DUE + timedelta(hours=3)
    assert late.tell_overdue.tell() == 0
    late.clock.at = DUE + timedelta(days=1)
    assert late.tell_overdue.tell() == 1


def test_what_waited_for_a_channel_that_somebody_removed_is_not_told_of(late: NoticeWorld) -> None:
    with late.sql.begin() as tx:
        found = tx.channels.find("agency")
        assert found is not None
        tx.channels.remove(found.channel.id, at=NOON)
    late.clock.at = DUE
    assert late.tell_overdue.tell() == 0

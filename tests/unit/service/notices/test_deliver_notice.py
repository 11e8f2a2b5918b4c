from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import NoticeRow
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_rules import LEASE
from sunwi.domain.schedule import KST
from sunwi.domain.stored_notice import NoticeKey
from sunwi.errors import BadMessage, ConfigurationError, NotTaken, Permanent, Postponed, StoreUnavailable
from sunwi.service.notices.deliver_notice import Delivery
from sunwi.service.ports.outside import Store
from tests.notice_world import NOON, SLACK, NoticeWorld, new_channel, new_notice, quiet

MINUTE = timedelta(minutes=1)
MAIL = {"kind": ChannelKind.EMAIL, "address": "kim@agency.co.kr"}


class Killed(BaseException):
    """The process is gone."""


@dataclass
class FailingStore(Store):
    """A store whose writing transactions fail when a test says so: before they begin, or inside their commit."""

    sql: SqlStore
    before: list[Exception | BaseException | None] = field(default_factory=list)

    @contextmanager
    def begin(self) -> Iterator[Any]:
        failure = self.before.pop(0) if self.before else None
        if failure is not None:
            raise failure
        with self.sql.begin() as tx:
            yield tx

    def read(self) -> AbstractContextManager[Any]:
        return self.sql.read()


def posted(world: NoticeWorld, **channel: Any) -> str:
    """Post a notice, and return the message by which it is queued."""
    world.add(new_channel(**channel))
    world.post()
    (body,) = world.tick()
    return body


def queued_again(world: NoticeWorld) -> str:
    (body,) = world.tick()
    return body


def test_a_notice_is_told_in_its_words_with_all_that_a_channel_may_need(world: NoticeWorld) -> None:
    assert world.deliver.handle(posted(world)) is Delivery.TOLD
    notice, (sent,) = world.one(), world.sender.sent
    assert (notice.state, notice.told_at, notice.tries, notice.generation) == (NoticeState.TOLD, NOON, 1, 1)
    assert sent.channel.address == SLACK
    outgoing = sent.notice
    assert (outgoing.id, outgoing.kind, outgoing.created_at) == (notice.id, NoticeKind.DIGEST, NOON)
    assert (outgoing.text.title, outgoing.copy_text, outgoing.data) == ("key", "복사: key", {"title": "key"})
    assert notice.overdue_at is None


def test_a_message_that_comes_again_is_acknowledged_and_nothing_is_sent(world: NoticeWorld) -> None:
    body = posted(world)
    assert [world.deliver.handle(body) for _ in range(3)] == [Delivery.TOLD, Delivery.STALE, Delivery.STALE]
    assert world.sender.titles() == ["key"]


def test_a_message_of_an_older_generation_is_acknowledged_and_nothing_is_sent(world: NoticeWorld) -> None:
    old = posted(world)
    world.clock.advance(minutes=15)
    new = queued_again(world)
    assert world.deliver.handle(old) is Delivery.STALE
    assert world.deliver.handle(new) is Delivery.TOLD
    assert world.sender.titles() == ["key"]


def test_a_message_of_a_notice_that_is_gone_is_acknowledged(world: NoticeWorld) -> None:
    assert world.deliver.handle(NoticeKey("none", 1).as_message()) is Delivery.STALE


def test_a_message_that_is_none_of_ours_is_returned(world: NoticeWorld) -> None:
    with pytest.raises(BadMessage):
        world.deliver.handle("{}")


def test_what_is_not_taken_is_tried_three_times_with_longer_pauses_and_is_dead_then(world: NoticeWorld) -> None:
    world.sender.failures = [NotTaken("Slack answered 500", code="slack_not_taken") for _ in range(3)]
    body = posted(world)
    assert world.deliver.handle(body) is Delivery.PUT_OFF
    notice = world.one()
    assert (notice.state, notice.tries, notice.not_before) == (NoticeState.WAITING, 1, NOON + MINUTE)
    assert notice.failure is not None
    assert (notice.failure.code, notice.failure.reason) == ("slack_not_taken", "Slack answered 500")
    world.clock.advance(minutes=1)
    assert world.round() == [Delivery.PUT_OFF]
    assert world.one().not_before == NOON + 11 * MINUTE
    world.clock.advance(minutes=9)
    assert world.round() == []
    world.clock.advance(minutes=1)
    assert world.round() == [Delivery.DEAD]
    assert (world.one().state, world.one().tries) == (NoticeState.DEAD, 3)
    world.clock.advance(minutes=60)
    assert world.round() == []


def test_what_is_taken_at_the_third_try_is_told_and_its_failures_are_forgotten(world: NoticeWorld) -> None:
    world.sender.failures = [NotTaken("busy"), NotTaken("busy"), None]
    world.deliver.handle(posted(world))
    world.settle()
    assert (world.one().state, world.one().failure, world.one().tries) == (NoticeState.TOLD, None, 3)


def test_a_hook_that_asks_to_be_left_alone_is_and_so_are_its_other_notices(world: NoticeWorld) -> None:
    world.sender.failures = [NotTaken("too many", retry_after=timedelta(seconds=150))]
    world.add()
    world.post(new_notice("a"), new_notice("b"))
    first, second = world.tick()
    assert world.deliver.handle(first) is Delivery.PUT_OFF
    assert world.deliver.handle(second) is Delivery.PUT_OFF
    a, b = world.all()
    assert a.not_before == b.not_before == NOON + timedelta(seconds=150)
    assert (a.tries, b.tries, b.failure) == (1, 0, None)
    world.clock.advance(seconds=150)
    assert world.round() == [Delivery.TOLD, Delivery.TOLD]


def test_what_waits_for_its_turn_is_not_sent_once_the_hook_asks_to_be_left_alone(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice("a"), new_notice("b"))
    first, second = world.tick()
    assert world.deliver.handle(first) is Delivery.TOLD
    until = NOON + timedelta(seconds=150)

    def sleep(seconds: float) -> None:
        world.clock.advance(seconds=seconds)
        with world.sql.begin() as tx:
            found = tx.channels.find("ops")
            assert found is not None
            tx.channels.hold(found.channel, until)

    assert replace(world.deliver, sleep=sleep).handle(second) is Delivery.PUT_OFF
    notice = world.all()[1]
    assert (notice.state, notice.tries, notice.not_before) == (NoticeState.WAITING, 0, until)
    assert len(world.sent_at()) == 1


def test_what_is_refused_for_good_is_dead_at_once(world: NoticeWorld) -> None:
    world.sender.failures = [Permanent("the hook is gone", code="slack_gone")]
    assert world.deliver.handle(posted(world)) is Delivery.DEAD
    notice = world.one()
    assert (notice.state, notice.tries) == (NoticeState.DEAD, 1)
    assert notice.failure is not None
    assert notice.failure.code == "slack_gone"


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ConfigurationError("MAIL_SENDER is not set", code="setting_missing"), "setting_missing"),
        (ValueError("a mistake of the sender's own"), "unexpected"),
    ],
)
def test_any_other_error_costs_a_try(world: NoticeWorld, failure: Exception, code: str) -> None:
    world.sender.failures = [failure]
    assert world.deliver.handle(posted(world)) is Delivery.PUT_OFF
    found = world.one().failure
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("make", [NotTaken, Permanent, ValueError])
def test_a_hooks_address_is_neither_stored_nor_logged_whatever_an_error_says(
    world: NoticeWorld, make: Callable[[str], Exception]
) -> None:
    world.sender.failures = [make(f"POST {SLACK} failed")]
    body = posted(world)
    with capture_logs() as lines:
        world.deliver.handle(body)
    assert SLACK not in str(lines)
    assert SLACK not in str(world.one())


def test_words_that_cannot_be_made_cost_a_try_and_send_nothing(world: NoticeWorld) -> None:
    world.add()
    world.post(new_notice(content={}))
    assert world.round() == [Delivery.PUT_OFF]
    failure = world.one().failure
    assert failure is not None
    assert (failure.code, world.sender.sent) == ("notice_unreadable", [])


def test_a_kind_that_only_another_release_knows_waits_for_it(world: NoticeWorld) -> None:
    body = posted(world)
    with world.sql.begin() as tx:
        tx.connection.execute(update(NoticeRow).values(kind="report"))
    assert world.deliver.handle(body) is Delivery.PUT_OFF
    assert world.one().kind == "report"


def test_a_channel_that_nothing_sends_by_makes_it_dead(world: NoticeWorld) -> None:
    del world.senders[ChannelKind.SLACK]
    assert world.deliver.handle(posted(world)) is Delivery.DEAD
    failure = world.one().failure
    assert failure is not None
    assert failure.code == "channel_without_sender"


def test_a_notifier_that_is_killed_before_the_send_costs_a_try_and_no_notice(world: NoticeWorld) -> None:
    world.sender.failures = [Killed("power")]  # type: ignore[list-item]  # no exception that anybody catches
    body = posted(world)
    with pytest.raises(Killed):
        world.deliver.handle(body)
    assert world.one().state is NoticeState.QUEUED
    world.clock.advance(seconds=360)
    assert world.deliver.handle(body) is Delivery.TOLD
    assert (world.sender.titles(), world.one().tries) == (["key"], 2)


def test_a_notifier_that_is_killed_between_the_answer_and_the_mark_tells_twice_and_marks_once(
    world: NoticeWorld,
) -> None:
    body = posted(world)
    world.between = FailingStore(world.sql, before=[None, Killed("power")])
    with pytest.raises(Killed):
        world.deliver.handle(body)
    assert (world.sender.titles(), world.one().state) == (["key"], NoticeState.QUEUED)
    world.clock.advance(seconds=360)
    assert [world.deliver.handle(body) for _ in range(2)] == [Delivery.TOLD, Delivery.STALE]
    assert world.sender.titles() == ["key", "key"]


def test_a_notice_whose_notifiers_are_all_killed_is_dead_and_says_so(world: NoticeWorld) -> None:
    body = posted(world)
    for _ in range(3):
        world.sender.failures = [Killed("power")]  # type: ignore[list-item]  # no exception that anybody catches
        with pytest.raises(Killed):
            world.deliver.handle(body)
        world.clock.advance(seconds=360)
    assert world.deliver.handle(body) is Delivery.DEAD
    failure = world.one().failure
    assert failure is not None
    assert (failure.code, world.sender.sent) == ("notifier_died", [])


def test_while_one_notifier_has_a_notice_another_one_leaves_it_alone(world: NoticeWorld) -> None:
    body = posted(world)

    def meet(channel: object, notice: object) -> None:  # noqa: ARG001 - as a sender is called
        with pytest.raises(Postponed):
            world.deliver.handle(body)

    world.sender.send = meet  # type: ignore[method-assign]  # meets a second message in the middle of it
    assert world.deliver.handle(body) is Delivery.TOLD
    assert world.one().tries == 1


def test_a_message_that_comes_again_during_the_last_try_does_not_give_it_up(world: NoticeWorld) -> None:
    body = posted(world)
    for _ in range(2):
        world.sender.failures = [NotTaken("busy")]
        assert world.deliver.handle(body) is Delivery.PUT_OFF
        world.clock.advance(minutes=10)
        body = queued_again(world)

    def meet(channel: object, notice: object) -> None:  # noqa: ARG001 - as a sender is called
        with pytest.raises(Postponed):
            world.deliver.handle(body)

    world.sender.send = meet  # type: ignore[method-assign]  # meets a second message in the middle of it
    assert world.deliver.handle(body) is Delivery.TOLD
    assert (world.one().state, world.one().tries) == (NoticeState.TOLD, 3)


def test_a_lease_ends_with_the_time_that_its_notifier_has(world: NoticeWorld) -> None:
    body = posted(world)
    key = NoticeKey(world.one().id, 1)
    with world.sql.begin() as tx:
        assert tx.notices.lease(key, at=NOON, until=NOON + LEASE) == 1
        assert tx.notices.lease(key, at=NOON, until=NOON + LEASE) is None
    with pytest.raises(Postponed):
        world.deliver.handle(body)
    world.clock.at = NOON + LEASE
    assert world.deliver.handle(body) is Delivery.TOLD


def test_what_is_told_is_marked_though_the_database_is_away_for_a_few_seconds(world: NoticeWorld) -> None:
    body = posted(world)
    world.between = FailingStore(world.sql, before=[None, StoreUnavailable("gone"), StoreUnavailable("gone")])
    assert world.deliver.handle(body) is Delivery.TOLD
    assert (world.slept[-2:], world.sender.titles()) == ([1, 2], ["key"])


def test_a_database_that_stays_away_returns_the_message(world: NoticeWorld) -> None:
    body = posted(world)
    world.between = FailingStore(world.sql, before=[StoreUnavailable("gone")])
    with pytest.raises(StoreUnavailable):
        world.deliver.handle(body)
    assert world.sender.sent == []
    world.between = None
    assert world.deliver.handle(body) is Delivery.TOLD


def test_a_channel_that_was_muted_meanwhile_is_told_afterwards(world: NoticeWorld) -> None:
    body = posted(world)
    with world.sql.begin() as tx:
        found = tx.channels.find("ops")
        assert found is not None
        tx.channels.mute(found.channel.id, NOON + 60 * MINUTE, at=NOON)
    assert world.deliver.handle(body) is Delivery.PUT_OFF
    assert (world.one().not_before, world.one().tries) == (NOON + 60 * MINUTE, 0)
    world.clock.advance(minutes=60)
    assert world.round() == [Delivery.TOLD]


def test_a_message_that_was_late_into_quiet_hours_waits_for_their_end(world: NoticeWorld) -> None:
    body = posted(world, **quiet("22:00", "08:00"))
    world.clock.at = NOON.astimezone(KST).replace(hour=22)
    assert world.deliver.handle(body) is Delivery.PUT_OFF
    assert world.one().not_before == world.clock.now() + timedelta(hours=10)
    assert world.sender.sent == []


def test_what_was_queued_before_its_address_bounced_is_not_sent(world: NoticeWorld) -> None:
    body = posted(world, **MAIL)
    with world.sql.begin() as tx:
        tx.notices.suppress("kim@agency.co.kr", "bounced", at=NOON)
    assert world.deliver.handle(body) is Delivery.STALE
    assert (world.one().state, world.sender.sent) == (NoticeState.DEAD, [])


def test_what_was_queued_before_its_channel_was_removed_is_not_sent(world: NoticeWorld) -> None:
    body = posted(world)
    with world.sql.begin() as tx:
        found = tx.channels.find("ops")
        assert found is not None
        assert tx.channels.remove(found.channel.id, at=NOON) == 1
    assert world.deliver.handle(body) is Delivery.STALE
    assert (world.one().state, world.sender.sent) == (NoticeState.DEAD, [])

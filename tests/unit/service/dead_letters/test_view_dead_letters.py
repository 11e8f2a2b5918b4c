from collections.abc import Sequence

import pytest

from sunwi.domain.dead_letter import DeadMessage, QueueName
from sunwi.domain.failure import FailureCause
from sunwi.errors import LayoutUnknown, Retryable, StoreUnavailable
from sunwi.service.dead_letters.view_dead_letters import HIDE_SECONDS, DeadLetterReport, ViewDeadLetters
from sunwi.testing import InMemoryDeadLetterQueue
from tests.examples import place_tracking
from tests.night import SCHEDULED, FlakyStore, Night


@pytest.fixture
def dead(night: Night) -> InMemoryDeadLetterQueue:
    return InMemoryDeadLetterQueue(QueueName.CRAWL, night.clock)


def view(night: Night, dead: InMemoryDeadLetterQueue, limit: int = 1000) -> DeadLetterReport:
    return ViewDeadLetters(store=night.sql).view(dead, limit=limit, on_progress=lambda _seen, _about: None)


def fill(dead: InMemoryDeadLetterQueue, count: int) -> None:
    for number in range(count):
        dead.put(f"m{number}", "{not json")


def test_every_message_is_reported_once_and_can_be_received_by_others_afterwards(
    night: Night, dead: InMemoryDeadLetterQueue
) -> None:
    fill(dead, 37)
    progress: list[tuple[int, int]] = []
    report = ViewDeadLetters(store=night.sql).view(
        dead, limit=1000, on_progress=lambda seen, about: progress.append((seen, about))
    )
    assert sorted(letter.message.receipt.message_id for letter in report.letters) == sorted(dead.messages)
    assert (report.about, report.left, report.is_end_reached, report.still_hidden) == (37, 0, True, 0)
    assert progress == [(10, 37), (20, 37), (30, 37), (37, 37)]
    assert len(dead.visible()) == 37
    assert dead.sent_back == []


def test_no_more_is_read_than_the_limit_and_the_rest_is_counted(night: Night, dead: InMemoryDeadLetterQueue) -> None:
    fill(dead, 37)
    report = view(night, dead, limit=15)
    assert (len(report.letters), report.left, report.is_end_reached) == (15, 22, False)
    assert dead.receives == [10, 5]
    assert len(dead.visible()) == 37


def test_what_somebody_else_holds_is_not_seen_and_is_counted(night: Night, dead: InMemoryDeadLetterQueue) -> None:
    fill(dead, 3)
    dead.receive(1, hide_seconds=300)
    report = view(night, dead)
    assert (len(report.letters), report.left, report.is_end_reached) == (2, 1, True)
    assert len(dead.visible()) == 2


def test_messages_that_come_again_while_the_look_lasts_are_not_seen_twice(
    night: Night, dead: InMemoryDeadLetterQueue
) -> None:
    fill(dead, 25)

    def note(_seen: int, _about: int) -> None:
        night.clock.advance(seconds=HIDE_SECONDS)

    report = ViewDeadLetters(store=night.sql).view(dead, limit=1000, on_progress=note)
    ids = [letter.message.receipt.message_id for letter in report.letters]
    assert len(ids) == len(set(ids)) == 25
    assert sum(dead.receives) > 25
    assert (report.is_end_reached, len(dead.visible())) == (True, 25)


def test_a_queue_that_gives_the_same_again_and_again_is_given_up(night: Night, dead: InMemoryDeadLetterQueue) -> None:
    fill(dead, 12)

    class Forgetful(InMemoryDeadLetterQueue):
        def receive(self, at_most: int, *, hide_seconds: int) -> Sequence[DeadMessage]:  # noqa: ARG002 - the port's own
            return super().receive(at_most, hide_seconds=0)

    report = view(night, Forgetful(QueueName.CRAWL, night.clock, messages=dead.messages))
    assert (len(report.letters), report.left, report.is_end_reached) == (10, 2, False)


def test_a_look_that_breaks_off_shows_everything_again(night: Night, dead: InMemoryDeadLetterQueue) -> None:
    fill(dead, 25)
    away = FlakyStore(night.sql)
    away.go_away(2)
    with pytest.raises(StoreUnavailable):
        ViewDeadLetters(store=away).view(dead, limit=1000, on_progress=lambda _seen, _about: None)
    assert len(dead.visible()) == 25

    def interrupt(_seen: int, _about: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ViewDeadLetters(store=night.sql).view(dead, limit=1000, on_progress=interrupt)
    assert len(dead.visible()) == 25


def test_a_message_that_cannot_be_shown_again_is_counted(night: Night, dead: InMemoryDeadLetterQueue) -> None:
    fill(dead, 2)

    class Stuck(InMemoryDeadLetterQueue):
        def show_again(self, messages: Sequence[DeadMessage]) -> int:
            return len(messages)

    stuck = Stuck(QueueName.CRAWL, night.clock, messages=dead.messages)
    assert view(night, stuck).still_hidden == 2


def test_an_empty_queue_is_asked_once(night: Night, dead: InMemoryDeadLetterQueue) -> None:
    report = view(night, dead)
    assert (report.letters, report.left, report.is_end_reached) == ([], 0, True)
    assert dead.receives == [0]


def test_a_queue_that_cannot_be_counted_is_not_touched(night: Night) -> None:
    class Away(InMemoryDeadLetterQueue):
        def count(self) -> int:
            raise Retryable("away")

    with pytest.raises(Retryable):
        view(night, Away(QueueName.CRAWL, night.clock))


def test_a_message_is_explained_by_what_its_looks_left_in_the_database(
    night: Night, dead: InMemoryDeadLetterQueue
) -> None:
    night.start(place_tracking(1), place_tracking(2))
    night.show(LayoutUnknown("no landmark"))
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver(1, "m1")
    for message_id, body in (("m1", night.queue.bodies()[0]), ("m2", night.queue.bodies()[1]), ("m3", "?")):
        dead.put(message_id, body)
    first, second, third = view(night, dead).letters
    assert (first.cause, first.run_id, first.tracking_id) == (FailureCause.LAYOUT, SCHEDULED, 1)
    assert first.history is not None
    assert (first.history.attempts, first.history.keyword) == (3, "강남역 맛집")
    assert first.reason == "LayoutUnknown: no landmark"
    assert (second.cause, second.tracking_id) == (FailureCause.STARVED, 2)
    assert third.cause is FailureCause.BAD_MESSAGE

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from sunwi.domain.dead_letter import DeadMessage, QueueName
from sunwi.domain.failure import FailureCause
from sunwi.errors import Blocked, LayoutUnknown, Retryable
from sunwi.service.dead_letters.move_dead_letters import MoveDeadLetters
from sunwi.service.dead_letters.redrive_dead_letters import RedriveDeadLetters, RedriveOrder, RedriveReport
from sunwi.service.ports.dead_letters import Move, MoveStatus, SentBack
from sunwi.testing import InMemoryDeadLetterQueue
from tests.examples import DAY, NIGHT, place_tracking, recognised
from tests.night import SCHEDULED, Night

SHOWN = recognised("1")
ALL = frozenset[FailureCause]()


@dataclass
class Operator:
    """Somebody who redrives, with all the time in the world."""

    night: Night
    waits: list[float] = field(default_factory=list)
    progress: list[tuple[int, int]] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.night.clock.advance(seconds=seconds)

    def redrive(
        self,
        dead: InMemoryDeadLetterQueue,
        causes: frozenset[FailureCause] = ALL,
        *,
        per_second: float = 100,
        limit: int | None = None,
    ) -> RedriveReport:
        redrive = RedriveDeadLetters(store=self.night.sql, clock=self.night.clock, wait=self.wait)
        order = RedriveOrder(causes=causes, per_second=per_second, limit=limit)
        return redrive.redrive(dead, order, on_progress=lambda done, about: self.progress.append((done, about)))


@pytest.fixture
def operator(night: Night) -> Operator:
    return Operator(night)


@pytest.fixture
def dead(night: Night) -> InMemoryDeadLetterQueue:
    """One message that layout killed, one that a block did, and one that is not ours; their run is closed."""
    night.start(place_tracking(1, "말 1"), place_tracking(2, "말 2"))
    queue = InMemoryDeadLetterQueue(QueueName.CRAWL, night.clock)
    for number, error in ((1, LayoutUnknown("broken")), (2, Blocked("403"))):
        night.show(error, keyword=f"말 {number}")
        for _ in range(3):
            with pytest.raises(type(error)):
                night.deliver(number, f"m{number}")
            night.clock.advance(seconds=1)
        queue.put(f"m{number}", night.queue.bodies()[number - 1], sent_at=NIGHT)
        night.show(SHOWN, keyword=f"말 {number}")
    queue.put("m3", "{not json")
    night.close.summarise(SCHEDULED)
    night.clock.advance(hours=3)
    return queue


def fill(night: Night, count: int) -> InMemoryDeadLetterQueue:
    queue = InMemoryDeadLetterQueue(QueueName.CRAWL, night.clock)
    for number in range(count):
        queue.put(f"m{number}", f"bad {number}")
    return queue


def test_only_messages_of_the_cause_go_back_and_the_rest_stays_as_it_was(
    operator: Operator, dead: InMemoryDeadLetterQueue
) -> None:
    bodies = {message_id: message.body for message_id, message in dead.messages.items()}
    report = operator.redrive(dead, frozenset({FailureCause.BLOCKED}))
    assert dead.sent_back == [bodies["m2"]]
    assert set(dead.messages) == set(dead.visible()) == {"m1", "m3"}
    assert dict(report.moved) == {FailureCause.BLOCKED: 1}
    assert (report.about, report.kept, report.refused, report.doubled) == (3, 2, 0, 0)
    assert (report.is_end_reached, report.error) == (True, None)


def test_without_a_cause_everything_goes_back_with_the_body_it_had(
    operator: Operator, dead: InMemoryDeadLetterQueue
) -> None:
    bodies = [message.body for message in dead.messages.values()]
    report = operator.redrive(dead)
    assert dead.sent_back == bodies
    assert dead.messages == {}
    assert report.moved.total() == 3
    assert operator.progress[-1] == (3, 3)


def test_a_message_and_its_copy_measure_one_day_once(
    operator: Operator, night: Night, dead: InMemoryDeadLetterQueue
) -> None:
    dead.undeletable = {"m1"}
    before = night.close.summarise(SCHEDULED)
    report = operator.redrive(dead, frozenset({FailureCause.LAYOUT}))
    assert (report.doubled, report.moved.total()) == (1, 0)
    assert "m1" in dead.visible()
    measured = night.deliver(1, "copy", sent_at=night.clock.now())
    assert measured is not None
    assert measured.is_late
    dead.undeletable = set()
    operator.redrive(dead, frozenset({FailureCause.LAYOUT}))
    night.clock.advance(seconds=1)
    assert night.deliver(1, "second copy", sent_at=night.clock.now()) is None
    assert [(row.date, row.looks) for row in night.history(1)] == [(DAY, 1)]
    assert night.close.summarise(SCHEDULED) == before


def test_messages_go_back_at_the_rate_that_was_asked_for(operator: Operator, night: Night) -> None:
    started = night.clock.now()
    dead = fill(night, 30)
    operator.redrive(dead, per_second=0.5)
    seconds = (night.clock.now() - started).total_seconds()
    assert seconds == pytest.approx(30 / 0.5)
    assert max(operator.waits) <= 5
    assert len(dead.sent_back) == 30


def test_a_slow_redrive_does_not_meet_its_own_messages_again(operator: Operator, night: Night) -> None:
    dead = fill(night, 5)
    report = operator.redrive(dead, per_second=0.01)
    assert dead.sent_back == [f"bad {number}" for number in range(5)]
    assert report.is_end_reached


def test_copies_that_die_again_meanwhile_are_not_sent_back_twice(operator: Operator, night: Night) -> None:
    dead = fill(night, 12)

    class Returning(InMemoryDeadLetterQueue):
        def send_back(self, messages: Sequence[DeadMessage]) -> SentBack:
            sent = super().send_back(messages)
            for copy in sent.copies:
                self.put(copy, "died again")
            return sent

    returning = Returning(QueueName.CRAWL, night.clock, messages=dead.messages)
    report = operator.redrive(returning)
    assert len(returning.sent_back) == 12
    assert set(returning.visible()) == {f"copy-{number}" for number in range(12)}
    assert (report.moved.total(), report.kept) == (12, 0)


def test_what_the_source_queue_refuses_stays_and_is_counted(operator: Operator, night: Night) -> None:
    dead = fill(night, 4)
    dead.refused = {"m2"}
    report = operator.redrive(dead)
    assert (report.moved.total(), report.refused) == (3, 1)
    assert dead.visible() == ["m2"]


def test_no_more_go_back_than_the_limit(operator: Operator, night: Night) -> None:
    dead = fill(night, 25)
    report = operator.redrive(dead, limit=3)
    assert dead.sent_back == ["bad 0", "bad 1", "bad 2"]
    assert report.moved.total() == 3
    assert len(dead.visible()) == 22


def test_a_source_queue_that_goes_away_ends_the_redrive_with_what_was_done(operator: Operator, night: Night) -> None:
    dead = fill(night, 30)

    class Leaving(InMemoryDeadLetterQueue):
        def send_back(self, messages: Sequence[DeadMessage]) -> SentBack:
            if len(self.sent_back) >= 20:
                raise Retryable("the queue cannot be reached")
            return super().send_back(messages)

    leaving = Leaving(QueueName.CRAWL, night.clock, messages=dead.messages)
    report = operator.redrive(leaving)
    assert (report.moved.total(), str(report.error)) == (20, "the queue cannot be reached")
    assert len(leaving.visible()) == 10


def test_while_the_services_own_redrive_is_under_way_nothing_is_touched(operator: Operator, night: Night) -> None:
    dead = fill(night, 2)
    dead.move = Move(status=MoveStatus.CANCELLING, handle=None, moved=4, to_move=9, started_at=NIGHT, failure=None)
    with pytest.raises(Retryable, match=r"the crawl queue is under way \(4 moved so far\)$"):
        operator.redrive(dead)
    assert dead.receives == []


def test_a_whole_queue_is_moved_by_the_service_and_followed_to_its_end(operator: Operator, night: Night) -> None:
    dead = fill(night, 5)
    dead.can_move = True
    progress: list[tuple[int, int]] = []
    moving = MoveDeadLetters(wait=operator.wait)
    move = moving.move(dead, per_second=2, on_progress=lambda done, about: progress.append((done, about)))
    assert move is not None
    assert (move.status, move.moved) == (MoveStatus.COMPLETED, 5)
    assert progress == [(2, 5), (4, 5), (5, 5)]
    assert dead.messages == {}


def test_where_the_service_cannot_move_nothing_is_done(operator: Operator, night: Night) -> None:
    dead = fill(night, 5)
    assert MoveDeadLetters(wait=operator.wait).move(dead, per_second=1, on_progress=lambda *_: None) is None
    assert len(dead.visible()) == 5


def test_a_move_that_cannot_be_found_after_its_start_is_said(operator: Operator, night: Night) -> None:
    class Forgetful(InMemoryDeadLetterQueue):
        def last_move(self) -> Move | None:
            return None

    dead = Forgetful(QueueName.EXPRESS, night.clock, can_move=True)
    with pytest.raises(Retryable, match="the express queue was started and cannot be found"):
        MoveDeadLetters(wait=operator.wait).move(dead, per_second=1, on_progress=lambda *_: None)


def test_a_page_is_as_big_as_the_rate_allows() -> None:
    pages = {rate: RedriveOrder(causes=ALL, per_second=rate, limit=None).page for rate in (0.01, 0.3, 1, 2, 500)}
    assert pages == {0.01: 1, 0.3: 1, 1: 5, 2: 10, 500: 10}

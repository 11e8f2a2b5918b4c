from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from sunwi.domain.run import Run
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.runs.send_tasks import CHUNK_TIME, PAUSES, SEND_CHUNK, Sending, SendTasks, last_chunk_at
from sunwi.testing import InMemoryCrawlQueue
from tests.examples import HOUR, NIGHT, new_run, place_tracking
from tests.night import Night


@dataclass
class TroubledQueue(InMemoryCrawlQueue):
    """A queue that answers so many sends with trouble, then as it should.

    Attributes:
        troubles: What each of the next sends meets: an error, or how many messages it takes.
        seconds: What a send takes.
    """

    night: Night | None = None
    troubles: list[Exception | int] = field(default_factory=list)
    seconds: float = 0

    def send(self, run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        assert self.night is not None
        self.night.clock.advance(seconds=self.seconds)
        if not self.troubles:
            return super().send(run_id, tracking_ids, express=express)
        trouble = self.troubles.pop(0)
        if isinstance(trouble, Exception):
            raise trouble
        return super().send(run_id, tracking_ids[:trouble], express=express)


@dataclass
class Sender:
    night: Night
    queue: TroubledQueue
    run: Run
    pauses: list[float] = field(default_factory=list)

    def send(self, **limit: timedelta) -> Sending:
        until = NIGHT + limit["until"] if limit else None
        return SendTasks(store=self.night.store, queue=self.queue, clock=self.night.clock, pause=self.pause).send(
            self.run, until=until
        )

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.night.clock.advance(seconds=seconds)

    def sent(self) -> list[int]:
        return [tracking_id for _, tracking_id, _ in self.queue.sent]


TASKS = 3 * SEND_CHUNK


@pytest.fixture
def sender(night: Night) -> Sender:
    """A run of three chunks, and a queue without trouble."""
    night.track(*(place_tracking(number) for number in range(TASKS)))
    with night.sql.begin() as tx:
        run = tx.runs.add(new_run(), None)
    return Sender(night, TroubledQueue(night=night), run)


def throttled() -> Retryable:
    return Retryable("RequestThrottled")


def test_every_task_is_sent_once_in_send_order(sender: Sender) -> None:
    assert sender.send() == Sending(sent=TASKS, is_complete=True)
    assert sender.send() == Sending(sent=0, is_complete=True)
    assert sender.sent() == list(range(1, TASKS + 1))
    assert sender.pauses == []


def test_a_queue_that_is_throttled_is_asked_again_after_growing_pauses(sender: Sender) -> None:
    sender.queue.troubles = [throttled(), throttled(), throttled()]
    assert sender.send().is_complete
    assert sender.sent() == list(range(1, TASKS + 1))
    assert sender.pauses == list(PAUSES[:3])


def test_what_a_chunk_was_refused_is_sent_after_the_others(sender: Sender) -> None:
    sender.queue.troubles = [SEND_CHUNK - 2]
    assert sender.send() == Sending(sent=TASKS, is_complete=True)
    assert sender.sent()[-2:] == [SEND_CHUNK - 1, SEND_CHUNK]
    assert sorted(sender.sent()) == list(range(1, TASKS + 1))
    assert sender.pauses == [PAUSES[0]]


def test_a_message_that_is_never_taken_keeps_no_other_back(sender: Sender) -> None:
    sender.queue.refused = {1}
    sending = sender.send()
    assert (sending.sent, sending.is_complete) == (TASKS - 1, False)
    assert str(sending.error) == "the queue refused 1 of 1 messages"
    assert sender.pauses == [PAUSES[0], *PAUSES]


def test_a_queue_that_stays_away_is_given_up_after_the_last_pause(sender: Sender) -> None:
    sender.queue.troubles = [throttled()] * (len(PAUSES) + 1)
    sending = sender.send()
    assert (sending.sent, sending.is_complete, str(sending.error)) == (0, False, "RequestThrottled")
    assert sender.pauses == list(PAUSES)
    assert sender.send().sent == TASKS


def test_pauses_begin_anew_once_something_was_taken(sender: Sender) -> None:
    sender.queue.troubles = [throttled(), throttled(), 1, throttled(), throttled()]
    assert sender.send().is_complete
    assert sender.pauses == [PAUSES[0], PAUSES[1], PAUSES[0], PAUSES[1], PAUSES[2]]


def test_no_chunk_is_begun_after_the_time_is_up(sender: Sender) -> None:
    sender.queue.seconds = 40
    assert sender.send(until=timedelta(seconds=60)) == Sending(sent=2 * SEND_CHUNK, is_complete=False)


def test_no_pause_is_longer_than_the_time_that_is_left_and_what_was_in_the_way_is_told(sender: Sender) -> None:
    sender.queue.troubles = [throttled()] * 9
    sending = sender.send(until=timedelta(seconds=10))
    assert (sending.sent, str(sending.error)) == (0, "RequestThrottled")
    assert sender.pauses == [1, 2, 4, 3]


def test_nothing_is_sent_that_would_come_too_late(sender: Sender) -> None:
    sender.night.clock.at = NIGHT + HOUR
    assert sender.send() == Sending(sent=0, is_complete=False)
    assert sender.sent() == []


def test_a_database_that_is_away_for_half_a_minute_is_waited_for(sender: Sender) -> None:
    sender.night.store.go_away(2, 3, 4, 5, 6)
    assert sender.send() == Sending(sent=TASKS, is_complete=True)
    assert sender.sent() == list(range(1, TASKS + 1))
    assert sum(sender.pauses) >= 30


def test_a_setting_that_is_missing_is_not_waited_for(sender: Sender) -> None:
    sender.queue.troubles = [ConfigurationError("CRAWL_QUEUE_URL is not set")]
    with pytest.raises(ConfigurationError):
        sender.send()
    assert sender.pauses == []


def test_an_invocation_begins_its_last_chunk_in_time_for_it_to_end() -> None:
    assert last_chunk_at(NIGHT, None) is None
    assert last_chunk_at(NIGHT, 300.0) == NIGHT + timedelta(seconds=300) - CHUNK_TIME

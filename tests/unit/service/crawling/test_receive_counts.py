"""How often SQS has shown a message says nothing of how often it was looked at: a redrive may keep the count."""

import pytest

from sunwi.domain.run import TaskState
from sunwi.domain.task import message_body
from sunwi.errors import PageUnreachable, SunwiError
from tests.examples import NIGHT, place_tracking, receipt, recognised
from tests.night import SCHEDULED, Night

UNREACHABLE = PageUnreachable("https://x could not be opened: net::ERR_CONNECTION_RESET")


def receive(night: Night, message_id: str, *, receive_count: int, minutes: int = 0) -> None:
    sent_at = NIGHT.replace(minute=minutes)
    received = receipt(message_id, sent_at=sent_at, receive_count=receive_count)
    night.crawl.handle(message_body(SCHEDULED, 1), received, remaining_seconds=None)


def fail_three_times(night: Night) -> None:
    night.show(UNREACHABLE)
    for count in (1, 2, 3):
        with pytest.raises(SunwiError):
            receive(night, "m1", receive_count=count)
        night.clock.advance(minutes=3)
    assert night.task().state is TaskState.FAILED


@pytest.mark.parametrize("receive_count", [1, 3, 4, 17, 1000])
def test_a_first_look_is_made_however_often_the_message_was_received(night: Night, receive_count: int) -> None:
    night.start(place_tracking(1))
    night.show(recognised("1"))
    receive(night, "m1", receive_count=receive_count)
    assert night.task().state is TaskState.SUCCEEDED


@pytest.mark.parametrize("receive_count", [1, 4, 17])
def test_a_redriven_message_has_three_looks_of_its_own_whatever_count_it_brings(
    night: Night, receive_count: int
) -> None:
    night.start(place_tracking(1))
    fail_three_times(night)
    looks = len(night.loader.loads)
    for more in range(3):
        with pytest.raises(SunwiError):
            receive(night, "m2", receive_count=receive_count + more, minutes=20)
        night.clock.advance(minutes=3)
    assert len(night.loader.loads) - looks == 3
    night.show(recognised("1"))
    receive(night, "m3", receive_count=receive_count, minutes=40)
    assert night.task(message_id="m3").state is TaskState.SUCCEEDED


def test_a_message_of_three_looks_is_not_looked_at_again_though_its_count_begins_anew(night: Night) -> None:
    night.start(place_tracking(1))
    fail_three_times(night)
    night.show(recognised("1"))
    with pytest.raises(SunwiError):
        receive(night, "m1", receive_count=1)
    assert night.task().state is TaskState.FAILED
    assert night.history(1) == []

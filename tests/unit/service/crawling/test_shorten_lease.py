from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from sunwi.domain.task import Receipt
from sunwi.errors import ConfigurationError, Retryable, SunwiError
from sunwi.service.crawling.shorten_lease import ShortenLease
from sunwi.testing import InMemoryCrawlQueue
from tests.examples import receipt


@dataclass
class BrokenQueue(InMemoryCrawlQueue):
    """A queue that takes no change of visibility."""

    error: SunwiError | None = None

    def postpone(self, receipt: Receipt, seconds: int) -> None:
        super().postpone(receipt, seconds)
        if self.error:
            raise self.error


def test_a_started_message_is_hidden_for_what_its_invocation_has_left_and_a_margin() -> None:
    queue = InMemoryCrawlQueue()
    ShortenLease(queue=queue, visibility_seconds=360)(receipt("m1"), remaining_seconds=58.2)
    assert queue.postponed == [("m1", 64)]


@pytest.mark.parametrize("remaining_seconds", [None, 355, 900])
def test_a_message_is_never_hidden_for_longer_than_its_queue_hides_it(remaining_seconds: float | None) -> None:
    queue = InMemoryCrawlQueue()
    ShortenLease(queue=queue, visibility_seconds=360)(receipt(), remaining_seconds=remaining_seconds)
    assert queue.postponed == []


@pytest.mark.parametrize("error", [Retryable("throttled"), ConfigurationError("not our queue")])
def test_a_lease_that_cannot_be_shortened_is_logged_and_the_message_goes_on(error: SunwiError) -> None:
    queue = BrokenQueue(error=error)
    with capture_logs() as logs:
        ShortenLease(queue=queue, visibility_seconds=360)(receipt(), remaining_seconds=60)
    assert [(entry["event"], entry["log_level"], entry["delay_seconds"]) for entry in logs] == [
        ("lease_not_shortened", "warning", 65)
    ]
    assert len(queue.postponed) == 1

"""Notices on a database of the test's own, sent by nobody unless a test says so."""

from collections.abc import Callable

import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.testing.notices import InMemoryChannelSender, InMemoryNoticeQueue
from tests.notice_world import PlainWords, add_owners
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer

SLACK = "https://hooks.slack.com/services/T000/B000/abcdefgh1234"

Minute = Callable[[], None]


@pytest.fixture
def sender(container: FakeContainer) -> InMemoryChannelSender:
    """Whatever sends; words are a content's title."""
    found = InMemoryChannelSender(container.own_clock)
    replace_parts(
        container,
        senders=dict.fromkeys(ChannelKind, found),
        notice_queue=InMemoryNoticeQueue(),
        notice_words=PlainWords(),
    )
    return found


@pytest.fixture
def minute(container: FakeContainer, sender: InMemoryChannelSender) -> Minute:
    """Let a minute be over: what is due is sent."""
    assert sender.sent == []

    def pass_minute() -> None:
        queue = container.notices.notice_queue
        assert isinstance(queue, InMemoryNoticeQueue)
        container.notices.queue_due()
        for body in queue.take_bodies():
            container.notices.deliver_notice.handle(body)

    return pass_minute


@pytest.fixture
def channel(container: FakeContainer, sunwi: CommandLine) -> str:
    """A Slack channel of the operators, two agencies and three clients."""
    add_owners(container.adapters.store)
    assert sunwi("channels", "add", "ops", "slack", SLACK).code == 0
    return "ops"

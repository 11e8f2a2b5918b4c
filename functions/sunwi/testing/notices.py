"""What notices need of the world, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import override

from sunwi.domain.channel import Channel, OutgoingNotice
from sunwi.domain.stored_notice import NoticeKey
from sunwi.errors import Retryable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import ChannelSender, NoticeQueue


@dataclass
class InMemoryNoticeQueue(NoticeQueue):
    """Keeps what was sent.

    Attributes:
        is_away: Nothing can be sent.
        refused: Ids that the queue will not take.
        sent: Id and generation, in order.
    """

    is_away: bool = False
    refused: set[str] = field(default_factory=set)
    sent: list[tuple[str, int]] = field(default_factory=list)

    @override
    def send(self, notices: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        if self.is_away:
            raise Retryable("the queue of notices cannot be reached")
        taken = [notice for notice in notices if notice[0] not in self.refused]
        self.sent += taken
        return taken

    def take_bodies(self) -> list[str]:
        """Return the bodies of what was sent since the last time, in order."""
        bodies = [NoticeKey(*notice).as_message() for notice in self.sent]
        self.sent.clear()
        return bodies


@dataclass(frozen=True)
class SentNotice:
    """A notice that a channel took, and when."""

    channel: Channel
    notice: OutgoingNotice
    at: datetime


@dataclass
class InMemoryChannelSender(ChannelSender):
    """Takes notices, unless it was told otherwise.

    Attributes:
        clock: Says when they came.
        failures: Raised by the next sends, one each, in order; None lets one pass.
        sent: What was taken.
    """

    clock: Clock
    failures: list[Exception | None] = field(default_factory=list)
    sent: list[SentNotice] = field(default_factory=list)

    @override
    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.sent.append(SentNotice(channel, notice, self.clock.now()))

    def titles(self) -> list[str]:
        """Return the titles of what was taken, in order."""
        return [sent.notice.text.title for sent in self.sent]

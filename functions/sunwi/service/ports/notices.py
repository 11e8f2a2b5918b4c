"""What notices need of the world: what sends them, and what queues them."""

from collections.abc import Sequence
from typing import Protocol

from sunwi.domain.channel import Channel, OutgoingNotice


class ChannelSender(Protocol):
    """Sends through one kind of channel."""

    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        """Send a notice, and return when the other side has taken it.

        Raises:
            NotTaken: Not now: throttled, or out of reach; its `retry_after` says how long to wait when the other side did.
            Permanent: It will never be taken: an address that is gone or refused.
        """
        ...


class NoticeQueue(Protocol):
    """The queue between the outbox and the notifier."""

    def send(self, notices: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        """Queue notices by id and generation, ten a call; return those that were taken.

        Raises:
            Retryable: The queue cannot be reached; none was taken.
        """
        ...

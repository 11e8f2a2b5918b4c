"""What notices need of the world: the outbox, its channels, what sends notices, what queues them, and their words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sunwi.domain.actor import Actor
from sunwi.domain.alarm import Alarm
from sunwi.domain.channel import Channel, KnownAudience, ListedChannel, NewChannel, OutgoingNotice
from sunwi.domain.notice import Audience, NewNotice, NoticeText
from sunwi.domain.notice_list import NoticeFilter, NoticePage, NoticeQuery
from sunwi.domain.pace import NoTurn, Turn
from sunwi.domain.stored_notice import Notice, NoticeFailure, NoticeKey

#: Notices that one statement is asked about at a time.
MOST_NOTICES_AT_ONCE = 1000


class ChannelSender(Protocol):
    """Sends through one kind of channel."""

    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        """Send a notice, and return when the other side has taken it.

        Raises:
            NotTaken: Not now: throttled, or out of reach; its `retry_after` says how long to wait when the other side
                did.
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


class NoticeWords(Protocol):
    """Puts notices in words."""

    def text_of(self, kind: str, content: Mapping[str, Any]) -> NoticeText:
        """Return the words of a notice.

        Raises:
            LookupError: This release has none for the kind, or the content lacks something.
        """
        ...

    def copy_of(self, kind: str, text: NoticeText) -> str:
        """Return the words of a notice made for copying into a messenger (카톡용 문구); empty where nobody would."""
        ...

    def overdue_alarm(self, count: int, content: Mapping[str, Any]) -> Alarm:
        """Describe notices that are overdue, for the alarm beside their notice.

        Args:
            count: Of them.
            content: Of that notice.
        """
        ...


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice that is queued, and the channel that it goes to."""

    notice: Notice
    channel: Channel


class Notices(Protocol):
    """The outbox: one row for each notice and channel."""

    def post(self, notices: Sequence[NewNotice], *, at: datetime) -> int:
        """Store notices for the channels of their audiences, and return the number of new rows.

        One row for each channel that wants it; a dead one, with the reason, for a channel that is suppressed, and for
        the operators or a named channel when there is none. Statements are constant per thousand notices, and per
        thousand rows.

        Args:
            notices: Any number.
            at: Aware UTC.
        """
        ...

    def get(self, notice_id: str) -> Notice | None:
        """Return a notice; None when there is none."""
        ...

    def find_seen(self, notice_id: str, *, actor: Actor) -> Notice | None:
        """Return a notice that an actor sees; None when there is none."""
        ...

    def page(self, query: NoticeQuery) -> NoticePage:
        """Return one page of a list, newest first."""
        ...

    def queue_due(self, now: datetime, *, limit: int, of_channel: int) -> Sequence[NoticeKey]:
        """Make WAITING notices that are due QUEUED, in their next generation, the longest due first.

        Args:
            now: Aware.
            limit: At most so many.
            of_channel: No channel has more QUEUED at a time.
        """
        ...

    def queue_again(self, now: datetime, *, queued_before: datetime, limit: int) -> Sequence[NoticeKey]:
        """Give QUEUED notices their next generation that no notifier has, queued before a time."""
        ...

    def take_back(self, keys: Collection[NoticeKey]) -> int:
        """Let QUEUED notices wait again, since their messages were not sent; return their number."""
        ...

    def find_queued(self, key: NoticeKey) -> QueuedNotice | None:
        """Return a notice with its channel, if it is QUEUED in that generation."""
        ...

    def lease(self, key: NoticeKey, *, at: datetime, until: datetime) -> int | None:
        """Begin a try, and return its number from 1; None when the notice has moved on or another notifier has it."""
        ...

    def mark_told(self, key: NoticeKey, *, at: datetime) -> bool:
        """Record that a QUEUED notice was told; False when it has moved on."""
        ...

    def put_off(
        self, key: NoticeKey, *, until: datetime, failure: NoticeFailure | None = None, gives_back_try: bool = False
    ) -> bool:
        """Let a QUEUED notice wait until a time; False when it has moved on.

        Args:
            key: Of the notice.
            until: Aware.
            failure: Of the try that failed; None where nothing was tried.
            gives_back_try: It was leased, and then nothing was sent, or nothing is taken of anybody for a while.
        """
        ...

    def mark_dead(self, key: NoticeKey, failure: NoticeFailure) -> bool:
        """Give a QUEUED notice up; False when it has moved on."""
        ...

    def lock_overdue(self, now: datetime, *, limit: int) -> Sequence[Notice]:
        """Return, locked, the notices that are to be told of as overdue, the longest due first."""
        ...

    def mark_overdue_told(self, notice_ids: Collection[str]) -> None:
        """Record that notices were told of as overdue: it is not done again."""
        ...

    def list_dead(self, wanted: NoticeFilter, *, actor: Actor, limit: int) -> Sequence[str]:
        """Return the ids of DEAD notices that an actor sees, the oldest first."""
        ...

    def lock_seen(self, notice_ids: Sequence[str], *, actor: Actor) -> Mapping[str, tuple[Notice, Channel | None]]:
        """Return those of some notices that an actor sees, locked, with their channels, by id; one statement.

        Args:
            notice_ids: At most `MOST_NOTICES_AT_ONCE`.
            actor: Who asks.
        """
        ...

    def resend(self, notice_ids: Collection[str], *, at: datetime) -> int:
        """Let DEAD notices wait again with all their tries, by one statement; return their number."""
        ...

    def drop(self, notice_ids: Collection[str]) -> None:
        """Delete notices that others have taken the place of."""
        ...

    def hold(self) -> int:
        """Give up whatever waits or is queued, as of a database that was restored; return the number.

        Some of it was told since the backup was taken, and nobody knows which: a person may have it sent again.
        """
        ...

    def suppress(self, address: str, reason: str, *, at: datetime) -> Sequence[str]:
        """Send nothing more to an e-mail address, and return the names of its channels; what waits for them is dead.

        A channel that was suppressed before is not among them.

        Args:
            address: In whatever case.
            reason: Why, for a person.
            at: Aware UTC.
        """
        ...


class Channels(Protocol):
    """Stored channels; one that was removed is none any more."""

    def add(self, channel: NewChannel, *, at: datetime) -> bool:
        """Store a new channel; False when another one has its name."""
        ...

    def find(self, key: str | int) -> ListedChannel | None:
        """Return a channel by its name, or by its number; None when there is none."""
        ...

    def named(self, names: Collection[str]) -> Mapping[str, ListedChannel]:
        """Return the channels of some names by name, a thousand by one statement."""
        ...

    def list_all(self, *, actor: Actor, after: str = "", limit: int | None = None) -> Sequence[ListedChannel]:
        """Return the channels that an actor sees, by name.

        Args:
            actor: Who asks.
            after: Only those whose names come behind it.
            limit: At most so many; None is all.
        """
        ...

    def of_audiences(self, audiences: Collection[Audience]) -> Mapping[Audience, Sequence[Channel]]:
        """Return the channels that notices for audiences go to: their own, and of a client those of its agency.

        Constant statements for `MOST_NOTICES_AT_ONCE` audiences at most; one without channels has none here.
        """
        ...

    def known_audiences(self, audiences: Collection[Audience]) -> Mapping[Audience, KnownAudience]:
        """Return those of some audiences that there are, and whose they are.

        Constant statements for `MOST_NOTICES_AT_ONCE` audiences at most.
        """
        ...

    def change(self, channel: Channel) -> None:
        """Store which kinds a channel wants, and its quiet hours."""
        ...

    def remove(self, channel_id: int, *, at: datetime) -> int:
        """Forget a channel's address, secret and name; what waits for it is dead. Return the number of those."""
        ...

    def mute(self, channel_id: int, until: datetime | None, *, at: datetime) -> int:
        """Let what waits for a channel wait until a time, or no longer; return the number of notices that moved.

        Args:
            channel_id: Of the channel.
            until: Aware; None ends the mute.
            at: Aware UTC, now.
        """
        ...

    def reserve(self, channel: Channel, *, at: datetime, pause: timedelta, max_wait: timedelta) -> Turn | NoTurn:
        """Reserve the next message to a channel's hook, whichever channels have the same; it stays locked.

        Args:
            channel: Its address is what is paced.
            at: Aware, now.
            pause: After the start of this message, before any other one.
            max_wait: The longest wait from now that is of use.
        """
        ...

    def hold(self, channel: Channel, until: datetime) -> None:
        """Let no message to a channel's hook be sent before a time, as the hook has asked."""
        ...

    def held_until(self, channel: Channel) -> datetime | None:
        """Return until when a channel's hook has last asked to be left alone; None when it never did."""
        ...

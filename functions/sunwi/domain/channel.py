"""Where notices go (채널): a Slack hook, an e-mail address, a webhook of somebody's own.

Source: docs/notices.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from sunwi.domain.notice import Audience, NoticeKind, NoticeText


class ChannelKind(StrEnum):
    """How a channel is reached; the codes are stored."""

    SLACK = "slack"
    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One place to tell something.

    Attributes:
        name: Unique, chosen by a person.
        address: URL of a hook, or an e-mail address. The URL is a secret: never logged, shown by its last four
            characters.
        secret: Signs the messages of a webhook; None of other kinds. Never shown after it was made.
        audience: Whose channel it is.
        kinds: What it is told; empty is everything that its audience is.
        quiet_from: In KST; between it and `quiet_until` nothing that can wait is sent. None without quiet hours.
        quiet_until: As `quiet_from`; may be earlier than it, on the next day.
        muted_until: Nothing is sent before that; aware UTC. None when it is not muted.
        suppressed: Why nothing is sent to it at all (a mail that bounced, a complaint, an unsubscription); None
            normally.
    """

    id: int
    name: str
    kind: ChannelKind
    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    audience: Audience
    kinds: frozenset[NoticeKind] = frozenset()
    quiet_from: time | None = None
    quiet_until: time | None = None
    muted_until: datetime | None = None
    suppressed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """A channel before it is stored; its address has been checked.

    Attributes:
        name, kind, address, secret, audience, kinds, quiet_from, quiet_until: As of a `Channel`.
    """

    name: str
    kind: ChannelKind
    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    audience: Audience
    kinds: frozenset[NoticeKind] = frozenset()
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, slots=True)
class KnownAudience:
    """An audience that there is.

    Attributes:
        name: Of the agency or client; empty of the system.
        agency_id: The agency itself, or the client's; None of the system, and of a client without one.
    """

    audience: Audience
    name: str = ""
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListedChannel:
    """A channel, and whose it is."""

    channel: Channel
    owner: KnownAudience
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingNotice:
    """A notice on its way through one channel.

    Attributes:
        id: Of the notice, the same at every try: message id of a webhook, part of a mail's.
        kind: What it is about.
        text: Its words.
        copy_text: The same made for copying into a messenger (카톡용 문구); empty where nobody would.
        unsubscribe_url: For the headers of a mail; None where there is no page that would answer.
        data: Its content for machines: the body of a webhook.
        created_at: When it was stored; aware UTC.
    """

    id: str
    kind: NoticeKind
    text: NoticeText
    copy_text: str = ""
    unsubscribe_url: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime

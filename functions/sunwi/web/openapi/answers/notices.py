"""What routes of notices and channels answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind, NoticeState, Severity
from sunwi.web.openapi.answered import Answered, Document


class NoticeFailure(Document):
    """Why a notice was not told."""

    code: str
    reason: str


class Notice(Document):
    """A notice for one channel."""

    notice_id: str
    channel: str | None = Field(description="Name of its channel; null where there was none to go to.")
    kind: str
    audience: str
    dedupe_key: str
    content: dict[str, Any]
    state: NoticeState
    generation: int
    tries: int
    is_urgent: bool
    created_at: datetime
    due_at: datetime
    not_before: datetime
    queued_at: datetime | None
    told_at: datetime | None
    failure: NoticeFailure | None


class NoticeField(Document):
    """A name and a value beside it."""

    name: str
    value: str


class NoticeSection(Document):
    """A part of a notice."""

    heading: str
    lines: list[str]


class NoticeText(Document):
    """A notice in Korean words."""

    title: str
    severity: Severity
    fields: list[NoticeField]
    sections: list[NoticeSection]
    footer: str


class ShownNotice(Notice):
    """A notice with its words."""

    text: NoticeText | None = Field(description="null where this release has no words for it.")
    copy_text: str = Field(description="For copying into a messenger; empty where nobody would.")


class NoticePage(Document):
    """One page of a list of notices."""

    notices: list[Notice]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class ResentNotice(Document):
    """What became of one notice that was to be sent again."""

    notice_id: str
    is_resent: bool
    code: str | None
    message: str | None


class ResentNotices(Document):
    """Which notices wait again, and why others do not."""

    resent: int
    refused: int
    notices: list[ResentNotice]


class Channel(Document):
    """Where notices go."""

    channel_id: int
    name: str
    kind: ChannelKind
    address: str = Field(description="All of an e-mail address, the last four characters of a hook's.")
    audience: str
    audience_name: str | None
    kinds: list[NoticeKind] = Field(description="Empty: everything.")
    quiet_from: str | None
    quiet_until: str | None
    muted_until: datetime | None
    suppressed: str | None
    created_at: datetime


class AddedChannel(Channel):
    """A channel that was added."""

    secret: str | None = Field(description="Signs the messages of a webhook: shown this once.")


class ChannelPage(Document):
    """One page of a list of channels."""

    channels: list[Channel]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class RemovedChannel(Document):
    """A channel that was removed."""

    channel_id: int
    dead: int = Field(description="Notices that waited for it.")


class MutedChannel(Document):
    """A channel that is silent for a time, or no longer."""

    channel_id: int
    muted_until: datetime | None
    waiting: int = Field(description="Notices that wait for it.")


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_notices": NoticePage,
    "get_notice": ShownNotice,
    "resend_notice": ResentNotice,
    "resend_notices": ResentNotices,
    "list_channels": ChannelPage,
    "get_channel": Channel,
    "add_channel": AddedChannel,
    "change_channel": Channel,
    "remove_channel": RemovedChannel,
    "try_channel": Notice,
    "mute_channel": MutedChannel,
    "unmute_channel": MutedChannel,
}

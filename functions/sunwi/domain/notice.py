"""Something to tell somebody, stored before it is sent (알림).

Source: docs/notices.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class AudienceKind(StrEnum):
    """Whom a notice or a channel belongs to; the codes are stored."""

    #: Operators of Sunwi.
    SYSTEM = "system"
    AGENCY = "agency"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for: its own channels, and of a client those of its agency, too.

    Attributes:
        id: Of the agency or client; None of the system.
    """

    kind: AudienceKind
    id: int | None = None


#: Operators.
SYSTEM_AUDIENCE = Audience(AudienceKind.SYSTEM)


class NoticeKind(StrEnum):
    """What a notice is about; the codes are stored, and channels choose by them."""

    #: What changed for a client's trackings.
    DIGEST = "digest"
    #: A night, or much of it, was not measured: one notice for all trackings of an audience.
    NIGHT_FAILED = "night_failed"
    #: A backup, restore or verification ended, well or not.
    BACKUP = "backup"
    #: A job ended whose submitter asked to be told.
    JOB_ENDED = "job_ended"
    #: What the watchdog found, and failed runs.
    WATCH = "watch"
    #: A digest or report was due and could not be sent.
    OVERDUE = "overdue"
    #: Somebody tries a channel.
    TEST = "test"


class NoticeState(StrEnum):
    """Where a notice stands; the codes are stored."""

    WAITING = "WAITING"
    QUEUED = "QUEUED"
    TOLD = "TOLD"
    DEAD = "DEAD"


class Severity(StrEnum):
    """How good or bad the news is; a channel shows it as a colour."""

    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """What is to be told, before it is known by which channels.

    Attributes:
        kind: What it is about.
        audience: Whom it is for.
        dedupe_key: The same news has the same key: it is stored once for each channel, however often it is posted.
        content: What its words are made of when it is sent; JSON only, no more than 64 KB.
        not_before: It is not sent before that, aware UTC; None is now, or after the channel's quiet hours.
        is_urgent: It does not wait for the end of quiet hours.
        channel: Name of the one channel that it goes to, whatever kinds that wants; None is all of the audience's.
    """

    kind: NoticeKind
    audience: Audience
    dedupe_key: str
    content: Mapping[str, Any]
    not_before: datetime | None = None
    is_urgent: bool = False
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeSection:
    """A part of a notice with a heading of its own.

    Attributes:
        lines: Plain text, one fact each.
    """

    heading: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """A notice in words, Korean and plain: every channel draws the same ones in its own way, and escapes them.

    Attributes:
        title: One line; the subject of a mail.
        severity: Its colour.
        fields: Names and values that stand beside each other.
        sections: Parts, the most important first.
        footer: One line at the end.
    """

    title: str
    severity: Severity
    fields: Sequence[tuple[str, str]] = ()
    sections: Sequence[NoticeSection] = ()
    footer: str = ""

"""What a list of notices is asked for, and what is answered to whoever resends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sunwi.domain.actor import Actor
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.stored_notice import Notice
from sunwi.errors import InvalidInput

#: Notices that are resent by one call, at most.
MOST_RESENT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices; None, "" and nothing let everything through.

    Attributes:
        channel: Whole name.
        since: Stored then or later; aware.
    """

    states: Sequence[NoticeState] = ()
    kinds: Sequence[NoticeKind] = ()
    channel: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQuery:
    """One page of a list, newest first.

    Attributes:
        actor: Sees those of its own channels, or all.
        limit: Notices at most, from 1.
        before: Id of the last notice of the page before; None begins with the newest.
    """

    wanted: NoticeFilter
    actor: Actor
    limit: int
    before: str | None = None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of a list.

    Attributes:
        next_before: What the next page is asked for with; None when nothing follows.
    """

    notices: Sequence[Notice]
    next_before: str | None


@dataclass(frozen=True, slots=True)
class ResendVerdict:
    """What became of one notice that was to be resent.

    Attributes:
        error: Why it was not; None when it waits again.
    """

    notice_id: str
    error: InvalidInput | None = None

"""A notice on its way: stored for one channel, queued, told or dead.

Source: docs/notices.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sunwi.domain.notice import Audience, NoticeState
from sunwi.errors import BadMessage


@dataclass(frozen=True, slots=True)
class NoticeKey:
    """One queuing of a notice, as every write of it is guarded.

    Attributes:
        generation: Grows each time that the notice is queued: a message of an earlier one is of no use.
    """

    notice_id: str
    generation: int

    def as_message(self) -> str:
        """Write it as the body of a message."""
        return json.dumps({"notice_id": self.notice_id, "generation": self.generation})


def parse_notice_message(body: str) -> NoticeKey:
    """Read the body of a message; what a later release adds is left out.

    Raises:
        BadMessage: It is none of ours.
    """
    try:
        message = json.loads(body)
        notice_id, generation = message["notice_id"], message["generation"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadMessage(f"the message is of no notice: {error}") from error
    if not isinstance(notice_id, str) or not notice_id or type(generation) is not int:
        raise BadMessage("the message is of no notice: its id or generation cannot be used")
    return NoticeKey(notice_id, generation)


@dataclass(frozen=True, slots=True)
class NoticeFailure:
    """Why a notice was not told; kept while it waits for its next try, too.

    Attributes:
        code: Of a `SunwiError`, or one of `domain.notice_rules`.
        reason: The English message, without the channel's address.
    """

    code: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A stored notice; times are aware UTC.

    Attributes:
        id: UUIDv7.
        channel: Name of its channel; None where there was none to go to.
        kind: Code of a `NoticeKind`; perhaps one that only another release knows.
        audience: Whom it is about.
        tries: That have begun; of those since it was last resent.
        due_at: When it was to be told, whatever hours its channel keeps.
        not_before: When it may be sent: the later one of that, quiet hours, mute and back-off.
        queued_at: Of its present generation; None before the first.
        leased_until: A notifier has it until then; None when none has.
        overdue_at: It is told of as overdue then; None where nobody waits for it, or that was told.
    """

    id: str
    channel: str | None
    kind: str
    audience: Audience
    dedupe_key: str
    content: Mapping[str, Any]
    state: NoticeState
    generation: int
    tries: int
    due_at: datetime
    not_before: datetime
    queued_at: datetime | None = None
    leased_until: datetime | None = None
    told_at: datetime | None = None
    failure: NoticeFailure | None = None
    is_urgent: bool = False
    overdue_at: datetime | None = None
    created_at: datetime

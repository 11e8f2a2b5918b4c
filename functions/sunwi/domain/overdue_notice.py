"""What is told of notices that were due and could not be sent."""

from collections.abc import Sequence

from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind
from sunwi.domain.stored_notice import Notice

#: Notices that it names before it says that there are more.
_NAMED = 10


def notice_of_overdue(overdue: Sequence[Notice]) -> NewNotice:
    """Return the one notice that tells of several that are overdue; the same one as long as the first is the same.

    Args:
        overdue: At least one, the longest due first.
    """
    first = overdue[0]
    return NewNotice(
        kind=NoticeKind.OVERDUE,
        audience=SYSTEM_AUDIENCE,
        dedupe_key=f"overdue:{first.id}:{first.overdue_at}",
        content={
            "count": len(overdue),
            "notices": [
                {
                    "notice_id": one.id,
                    "channel": one.channel,
                    "kind": one.kind,
                    "state": one.state.value,
                    "due_at": one.due_at.isoformat(),
                    "code": None if one.failure is None else one.failure.code,
                    "reason": "" if one.failure is None else one.failure.reason,
                }
                for one in overdue[:_NAMED]
            ],
        },
        is_urgent=True,
    )

"""A notice as a row, and the conditions that its partial indexes are found by."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, bindparam

from sunwi.adapters.sql.tables import ChannelRow, NoticeRow
from sunwi.domain.notice import Audience, AudienceKind, NoticeState
from sunwi.domain.stored_notice import Notice, NoticeFailure, NoticeKey

#: Longest key that the column has.
_LONGEST_KEY = 255
#: Bytes of a content, as JSON, that are stored.
MAX_CONTENT_BYTES = 64 * 1024

#: All that `notice_from_row` needs, with the join to the channel.
NOTICE_COLUMNS = (
    *(column for column in NoticeRow.__table__.columns if column.name != "channel_id"),
    ChannelRow.name.label("channel_name"),
)

_SAME_NAMES = (
    "id",
    "kind",
    "dedupe_key",
    "generation",
    "tries",
    "due_at",
    "not_before",
    "queued_at",
    "leased_until",
    "told_at",
    "is_urgent",
    "overdue_at",
    "created_at",
)


def notice_from_row(row: Any) -> Notice:  # noqa: ANN401 - a row, or part of one
    """Build a notice from the columns of `NOTICE_COLUMNS`."""
    return Notice(
        **{name: getattr(row, name) for name in _SAME_NAMES},
        channel=row.channel_name,
        audience=Audience(AudienceKind(row.audience), row.audience_id),
        content=row.content,
        state=NoticeState(row.state),
        failure=None if row.failure_code is None else NoticeFailure(row.failure_code, row.failure_reason or ""),
    )


def failure_values(failure: NoticeFailure | None) -> dict[str, str | None]:
    """Write a failure as the values of a row."""
    return {
        "failure_code": None if failure is None else failure.code,
        "failure_reason": None if failure is None else failure.reason,
    }


def stored_key(key: str) -> str:
    """Return a dedupe key that its column takes: of a longer one the beginning, and what tells it from others."""
    text = key.replace("\0", "").encode(errors="replace").decode()
    if len(text) <= _LONGEST_KEY:
        return text
    digest = sha256(text.encode()).hexdigest()
    return f"{text[: _LONGEST_KEY - len(digest) - 1]}:{digest}"


def stored_content(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a content as JSON keeps it, what JSON does not know as text; None of one that cannot be stored."""
    try:
        text = json.dumps(dict(content), default=str, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return dict(json.loads(text)) if len(text.encode()) <= MAX_CONTENT_BYTES else None


def is_in(state: NoticeState) -> ColumnElement[bool]:
    """Select by state in the words of the partial indexes: SQLite compares these, and knows no parameters there."""
    return NoticeRow.state == bindparam(None, state.value, literal_execute=True)


def is_queued(key: NoticeKey) -> tuple[ColumnElement[bool], ...]:
    """Guard a write: a notice, its generation, and that nothing has become of it yet."""
    return NoticeRow.id == key.notice_id, NoticeRow.generation == key.generation, is_in(NoticeState.QUEUED)

"""New notices: whose channels they go to, and their rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select
from uuid_utils import uuid7

from sunwi.adapters.sql.notices.channel_rows import CHANNEL_COLUMNS, IS_THERE, channel_from_row
from sunwi.adapters.sql.notices.notice_rows import failure_values, stored_content, stored_key
from sunwi.adapters.sql.tables import ChannelRow, ClientRow, NoticeRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.channel import Channel
from sunwi.domain.notice import Audience, AudienceKind, NewNotice, NoticeState
from sunwi.domain.notice_rules import (
    CHANNEL_REMOVED,
    CONTENT_UNUSABLE,
    NO_CHANNEL,
    SUPPRESSED,
    earliest,
    overdue_at,
    wants,
)
from sunwi.domain.stored_notice import NoticeFailure

#: Notices whose channels are asked for at a time, and rows of one statement: PostgreSQL takes 32,767 parameters.
_AT_ONCE = 1000


@dataclass(slots=True)
class _Directory:
    """The channels that some notices may go to.

    Attributes:
        by_audience: Each audience's own.
        by_name: Those that are named.
        agency_of: Agencies of clients.
    """

    by_audience: Mapping[Audience, Sequence[Channel]] = field(default_factory=dict)
    by_name: Mapping[str, Channel] = field(default_factory=dict)
    agency_of: Mapping[int | None, int | None] = field(default_factory=dict)

    def channels_of(self, audience: Audience) -> list[Channel]:
        """Return an audience's own channels, and of a client those of its agency."""
        found = list(self.by_audience.get(audience, ()))
        if audience.kind is AudienceKind.CLIENT and (agency_id := self.agency_of.get(audience.id)) is not None:
            found += self.by_audience.get(Audience(AudienceKind.AGENCY, agency_id), ())
        return found


def insert_notices(connection: Connection, notices: Sequence[NewNotice], at: datetime) -> int:
    """Store notices for the channels that want them; return the number of new rows."""
    count = 0
    for start in range(0, len(notices), _AT_ONCE):
        part = notices[start : start + _AT_ONCE]
        directory = _read_directory(connection, part)
        rows = [row for notice in part for row in _rows_of(notice, directory, at)]
        for first in range(0, len(rows), _AT_ONCE):
            statement = insert_unless_there(connection, NoticeRow).values(rows[first : first + _AT_ONCE])
            count += len(connection.execute(statement.returning(NoticeRow.id)).all())
    return count


def channels_of_audiences(
    connection: Connection, audiences: Collection[Audience]
) -> Mapping[Audience, Sequence[Channel]]:
    """Return the channels that notices for audiences go to."""
    agencies = _agencies_of(connection, audiences)
    directory = _Directory(_by_audience(connection, audiences, agencies), {}, agencies)
    return {audience: found for audience in audiences if (found := directory.channels_of(audience))}


def _read_directory(connection: Connection, notices: Sequence[NewNotice]) -> _Directory:
    names = {notice.channel for notice in notices if notice.channel is not None}
    audiences = {notice.audience for notice in notices if notice.channel is None}
    agencies = _agencies_of(connection, audiences)
    return _Directory(_by_audience(connection, audiences, agencies), _by_name(connection, names), agencies)


def _agencies_of(connection: Connection, audiences: Iterable[Audience]) -> Mapping[int | None, int | None]:
    clients = sorted({one.id for one in audiences if one.kind is AudienceKind.CLIENT and one.id is not None})
    if not clients:
        return {}
    statement = select(ClientRow.id, ClientRow.agency_id).where(ClientRow.id.in_(clients))
    return {row.id: row.agency_id for row in connection.execute(statement)}


def _by_audience(
    connection: Connection, audiences: Iterable[Audience], agencies: Mapping[int | None, int | None]
) -> Mapping[Audience, Sequence[Channel]]:
    ids: dict[AudienceKind, set[int]] = defaultdict(set)
    for audience in audiences:
        ids[audience.kind].add(audience.id or 0)
    ids[AudienceKind.AGENCY] |= {agency_id for agency_id in agencies.values() if agency_id is not None}
    conditions = []
    if AudienceKind.SYSTEM in ids:
        conditions.append(ChannelRow.audience == AudienceKind.SYSTEM.value)
    if ids[AudienceKind.AGENCY]:
        conditions.append(ChannelRow.agency_id.in_(sorted(ids[AudienceKind.AGENCY])))
    if ids[AudienceKind.CLIENT]:
        conditions.append(ChannelRow.client_id.in_(sorted(ids[AudienceKind.CLIENT])))
    if not conditions:
        return {}
    statement = select(*CHANNEL_COLUMNS).where(IS_THERE, or_(*conditions)).order_by(ChannelRow.id)
    found: dict[Audience, list[Channel]] = defaultdict(list)
    for row in connection.execute(statement):
        channel = channel_from_row(row)
        found[channel.audience].append(channel)
    return found


def _by_name(connection: Connection, names: Iterable[str]) -> Mapping[str, Channel]:
    wanted = sorted(names)
    if not wanted:
        return {}
    statement = select(*CHANNEL_COLUMNS).where(IS_THERE, ChannelRow.name.in_(wanted))
    return {row.channel_name: channel_from_row(row) for row in connection.execute(statement)}


def _rows_of(notice: NewNotice, directory: _Directory, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield a notice's rows: one for each channel, or a dead one where somebody has to see that there was none."""
    content = stored_content(notice.content)
    if notice.channel is not None:
        channel = directory.by_name.get(notice.channel)
        channels, nobody = [] if channel is None else [channel], CHANNEL_REMOVED
    else:
        channels, nobody = directory.channels_of(notice.audience), NO_CHANNEL
    for channel in channels:
        if notice.channel is not None or wants(channel, notice.kind):
            yield _row(notice, channel, content, at=at, failure=_failure(channel, content))
    if not channels and (notice.channel is not None or notice.audience.kind is AudienceKind.SYSTEM):
        yield _row(notice, None, content, at=at, failure=nobody)


def _failure(channel: Channel, content: Mapping[str, Any] | None) -> NoticeFailure | None:
    """Return why a notice is dead from the beginning; None as a rule."""
    if channel.suppressed is not None:
        return NoticeFailure(SUPPRESSED, channel.suppressed)
    return CONTENT_UNUSABLE if content is None else None


def _row(
    notice: NewNotice,
    channel: Channel | None,
    content: Mapping[str, Any] | None,
    *,
    at: datetime,
    failure: NoticeFailure | None,
) -> dict[str, Any]:
    due_at = max(at, notice.not_before or at)
    not_before = due_at if channel is None else earliest(channel, due_at, is_urgent=notice.is_urgent)
    return {
        "id": str(uuid7()),
        "channel_id": None if channel is None else channel.id,
        "audience": notice.audience.kind.value,
        "audience_id": notice.audience.id,
        "kind": notice.kind.value,
        "dedupe_key": stored_key(notice.dedupe_key),
        "content": {} if content is None else dict(content),
        "state": (NoticeState.WAITING if failure is None else NoticeState.DEAD).value,
        "generation": 0,
        "tries": 0,
        "due_at": due_at,
        "not_before": not_before,
        "is_urgent": notice.is_urgent,
        "overdue_at": None if channel is None else overdue_at(notice.kind, not_before),
        "created_at": at,
        **failure_values(failure),
    }

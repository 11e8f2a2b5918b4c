"""A channel as a row, who sees it, and which columns a join brings along."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from sunwi.adapters.sql.tables import AgencyRow, ChannelRow, ClientRow
from sunwi.domain.actor import Actor, Role
from sunwi.domain.channel import Channel, ChannelKind, KnownAudience, ListedChannel, NewChannel
from sunwi.domain.notice import Audience, AudienceKind, NoticeKind

#: All that `channel_from_row` needs, under names that no other table has.
CHANNEL_COLUMNS = tuple(column.label(f"channel_{column.name}") for column in ChannelRow.__table__.columns)

#: It has not been removed.
IS_THERE = ChannelRow.removed_at.is_(None)

_KINDS = {kind.value for kind in NoticeKind}


def channel_from_row(row: Any) -> Channel:  # noqa: ANN401 - a row, or part of one
    """Build a channel from `CHANNEL_COLUMNS`; kinds of notices that only another release has are left out."""
    wanted = [code for code in row.channel_kinds.split(",") if code in _KINDS]
    return Channel(
        id=row.channel_id,
        name=row.channel_name,
        kind=ChannelKind(row.channel_kind),
        address=row.channel_address,
        secret=row.channel_secret,
        audience=Audience(AudienceKind(row.channel_audience), row.channel_client_id or row.channel_agency_id),
        kinds=frozenset(map(NoticeKind, wanted)),
        quiet_from=_time_of(row.channel_quiet_from),
        quiet_until=_time_of(row.channel_quiet_until),
        muted_until=row.channel_muted_until,
        suppressed=row.channel_suppressed,
    )


def channel_values(channel: NewChannel) -> dict[str, Any]:
    """Write a new channel as the values of its row."""
    audience = channel.audience
    return {
        "name": channel.name,
        "kind": channel.kind.value,
        "address": channel.address,
        "secret": channel.secret,
        "audience": audience.kind.value,
        "agency_id": audience.id if audience.kind is AudienceKind.AGENCY else None,
        "client_id": audience.id if audience.kind is AudienceKind.CLIENT else None,
        **wish_values(channel),
    }


def wish_values(channel: Channel | NewChannel) -> dict[str, Any]:
    """Write what may be changed of a channel as the values of its row."""
    return {
        "kinds": ",".join(sorted(kind.value for kind in channel.kinds)),
        "quiet_from": _minute_of(channel.quiet_from),
        "quiet_until": _minute_of(channel.quiet_until),
    }


#: What a list shows besides the channel, by the joins of `listed_channels`.
_OWNER_COLUMNS = (
    ChannelRow.created_at.label("listed_at"),
    AgencyRow.name.label("agency_name"),
    ClientRow.name.label("client_name"),
    ClientRow.agency_id.label("agency_of_client"),
)


def listed_channels(*conditions: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a statement of many columns
    """Return the statement of channels with their owners."""
    return (
        select(*CHANNEL_COLUMNS, *_OWNER_COLUMNS)
        .outerjoin(AgencyRow, AgencyRow.id == ChannelRow.agency_id)
        .outerjoin(ClientRow, ClientRow.id == ChannelRow.client_id)
        .where(*conditions)
    )


def listed_from_row(row: Any) -> ListedChannel:  # noqa: ANN401 - a row of `listed_channels`
    """Build a channel with its owner."""
    channel = channel_from_row(row)
    owner = KnownAudience(
        channel.audience,
        name=row.client_name or row.agency_name or "",
        agency_id=row.channel_agency_id or row.agency_of_client,
    )
    return ListedChannel(channel, owner, row.listed_at)


def is_seen_by(actor: Actor) -> Iterator[ColumnElement[bool]]:
    """Select the channels of an actor: all, or those of its agency and of that one's clients."""
    if actor.sees_everything:
        return
    own = actor.agency_id if actor.role is Role.AGENCY else None
    clients = select(ClientRow.id).where(ClientRow.agency_id == own)
    yield or_(ChannelRow.agency_id == own, ChannelRow.client_id.in_(clients)) if own is not None else ChannelRow.id < 0


def _time_of(minute: int | None) -> time | None:
    return None if minute is None else time(*divmod(minute, 60))


def _minute_of(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute

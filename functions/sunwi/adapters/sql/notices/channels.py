"""Channels in SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, case, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds
from sunwi.adapters.sql.notices.channel_rows import (
    IS_THERE,
    channel_values,
    is_seen_by,
    listed_channels,
    listed_from_row,
    wish_values,
)
from sunwi.adapters.sql.notices.notice_rows import is_in
from sunwi.adapters.sql.notices.notices import end_waiting
from sunwi.adapters.sql.notices.post_notices import channels_of_audiences
from sunwi.adapters.sql.tables import AgencyRow, ChannelPaceRow, ChannelRow, ClientRow, NoticeRow
from sunwi.domain.actor import Actor
from sunwi.domain.channel import Channel, KnownAudience, ListedChannel, NewChannel
from sunwi.domain.notice import Audience, AudienceKind, NoticeState
from sunwi.domain.notice_rules import CHANNEL_REMOVED, OVERDUE_AFTER
from sunwi.domain.pace import NoTurn, Turn
from sunwi.service.ports.notices import MOST_NOTICES_AT_ONCE, Channels

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SqlChannels(Channels):
    """Channels that have not been removed."""

    connection: Connection

    @override
    def add(self, channel: NewChannel, *, at: datetime) -> bool:
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(ChannelRow).values(**channel_values(channel), created_at=at)
        statement = statement.on_conflict_do_nothing(index_elements=[ChannelRow.name], index_where=IS_THERE)
        return self.connection.execute(statement).rowcount == 1

    @override
    def find(self, key: str | int) -> ListedChannel | None:
        is_it = ChannelRow.id == key if isinstance(key, int) else ChannelRow.name == key
        row = self.connection.execute(listed_channels(IS_THERE, is_it)).one_or_none()
        return None if row is None else listed_from_row(row)

    @override
    def named(self, names: Collection[str]) -> Mapping[str, ListedChannel]:
        wanted, found = sorted(set(names)), {}
        for start in range(0, len(wanted), MOST_NOTICES_AT_ONCE):
            part = wanted[start : start + MOST_NOTICES_AT_ONCE]
            for row in self.connection.execute(listed_channels(IS_THERE, ChannelRow.name.in_(part))):
                found[row.channel_name] = listed_from_row(row)
        return found

    @override
    def list_all(self, *, actor: Actor, after: str = "", limit: int | None = None) -> Sequence[ListedChannel]:
        is_behind = (ChannelRow.name > after,) if after else ()
        statement = listed_channels(IS_THERE, *is_seen_by(actor), *is_behind)
        statement = statement.order_by(ChannelRow.name, ChannelRow.id).limit(limit)
        return [listed_from_row(row) for row in self.connection.execute(statement)]

    @override
    def of_audiences(self, audiences: Collection[Audience]) -> Mapping[Audience, Sequence[Channel]]:
        return channels_of_audiences(self.connection, audiences)

    @override
    def known_audiences(self, audiences: Collection[Audience]) -> Mapping[Audience, KnownAudience]:
        found = {one: KnownAudience(one) for one in audiences if one.kind is AudienceKind.SYSTEM}
        owners: Mapping[AudienceKind, tuple[Any, Any]] = {
            AudienceKind.AGENCY: (AgencyRow, AgencyRow.id),
            AudienceKind.CLIENT: (ClientRow, ClientRow.agency_id),
        }
        for kind, (table, agency_id) in owners.items():
            if ids := _ids_of(audiences, kind):
                statement = select(table.id, table.name, agency_id.label("agency_id")).where(table.id.in_(ids))
                for row in self.connection.execute(statement):
                    audience = Audience(kind, row.id)
                    found[audience] = KnownAudience(audience, row.name, row.agency_id)
        return found

    @override
    def change(self, channel: Channel) -> None:
        statement = update(ChannelRow).where(ChannelRow.id == channel.id, IS_THERE)
        self.connection.execute(statement.values(**wish_values(channel)))

    @override
    def remove(self, channel_id: int, *, at: datetime) -> int:
        gone = {"removed_at": at, "address": "", "secret": None}
        self.connection.execute(update(ChannelRow).where(ChannelRow.id == channel_id, IS_THERE).values(**gone))
        count = end_waiting(self.connection, [channel_id], CHANNEL_REMOVED)
        # Somebody decided that nothing more is told there: nobody waits for it.
        is_awaited = (NoticeRow.channel_id == channel_id, NoticeRow.overdue_at.is_not(None))
        self.connection.execute(update(NoticeRow).where(*is_awaited).values(overdue_at=None))
        return count

    @override
    def mute(self, channel_id: int, until: datetime | None, *, at: datetime) -> int:
        self.connection.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(muted_until=until))
        # Quiet hours are kept by whoever sends it.
        not_before = self._later(NoticeRow.due_at, at) if until is None else self._later(NoticeRow.not_before, until)
        overdue = literal((until or at) + OVERDUE_AFTER, NoticeRow.overdue_at.type)
        values = {
            "not_before": not_before,
            "overdue_at": case((NoticeRow.overdue_at.is_(None), NoticeRow.overdue_at), else_=overdue),
        }
        waits = (NoticeRow.channel_id == channel_id, is_in(NoticeState.WAITING))
        return self.connection.execute(update(NoticeRow).where(*waits).values(**values)).rowcount

    @override
    def reserve(self, channel: Channel, *, at: datetime, pause: timedelta, max_wait: timedelta) -> Turn | NoTurn:
        hook = _hook_of(channel)
        next_at = self._greatest(ChannelPaceRow.next_at, literal(at, EpochMicroseconds))
        statement = (
            self._insert()
            .values(hook=hook, next_at=at + pause)
            .on_conflict_do_update(
                index_elements=[ChannelPaceRow.hook],
                set_={"next_at": next_at + literal(pause // _MICROSECOND, BigInteger)},
                where=ChannelPaceRow.next_at <= at + max_wait,
            )
        )
        reserved = self.connection.execute(statement.returning(ChannelPaceRow.next_at)).scalar_one_or_none()
        if reserved is not None:
            return Turn(reserved - pause)
        free_at = select(ChannelPaceRow.next_at).where(ChannelPaceRow.hook == hook)
        return NoTurn(self.connection.execute(free_at).scalar_one())

    @override
    def hold(self, channel: Channel, until: datetime) -> None:
        asked = literal(until, EpochMicroseconds)
        later = {
            "next_at": self._greatest(ChannelPaceRow.next_at, asked),
            "held_until": self._greatest(func.coalesce(ChannelPaceRow.held_until, asked), asked),
        }
        statement = self._insert().values(hook=_hook_of(channel), next_at=until, held_until=until)
        statement = statement.on_conflict_do_update(index_elements=[ChannelPaceRow.hook], set_=later)
        self.connection.execute(statement)

    @override
    def held_until(self, channel: Channel) -> datetime | None:
        found = select(ChannelPaceRow.held_until).where(ChannelPaceRow.hook == _hook_of(channel))
        return self.connection.execute(found).scalar_one_or_none()

    def _insert(self) -> postgresql.Insert | sqlite.Insert:
        is_sqlite = self.connection.dialect.name == "sqlite"
        return sqlite.insert(ChannelPaceRow) if is_sqlite else postgresql.insert(ChannelPaceRow)

    def _later(self, column: Any, at: datetime) -> ColumnElement[datetime]:  # noqa: ANN401 - a mapped column
        """Take the later one of a column of times and a time."""
        return case((column > at, column), else_=literal(at, column.type))

    def _greatest(self, *values: Any) -> ColumnElement[datetime]:  # noqa: ANN401 - columns and literals
        """Take the greatest value; SQLite calls it max."""
        greatest = func.max if self.connection.dialect.name == "sqlite" else func.greatest
        return greatest(*values, type_=EpochMicroseconds)


def _ids_of(audiences: Collection[Audience], kind: AudienceKind) -> list[int]:
    return sorted({one.id for one in audiences if one.kind is kind and one.id is not None})


def _hook_of(channel: Channel) -> str:
    """Return what is paced: the hook itself, whichever channels have it."""
    return sha256(channel.address.encode()).hexdigest()

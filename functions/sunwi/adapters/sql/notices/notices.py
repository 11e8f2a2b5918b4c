"""The outbox in SQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, delete, func, literal, or_, select, update
from typing_extensions import override

from sunwi.adapters.sql.notices.channel_rows import CHANNEL_COLUMNS, IS_THERE, channel_from_row, is_seen_by
from sunwi.adapters.sql.notices.due_notices import queue_again, queue_due
from sunwi.adapters.sql.notices.notice_rows import (
    NOTICE_COLUMNS,
    failure_values,
    is_in,
    is_queued,
    notice_from_row,
)
from sunwi.adapters.sql.notices.post_notices import insert_notices
from sunwi.adapters.sql.tables import ChannelRow, NoticeRow
from sunwi.domain.actor import Actor
from sunwi.domain.channel import Channel, ChannelKind
from sunwi.domain.notice import NewNotice, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticePage, NoticeQuery
from sunwi.domain.notice_rules import AWAITED, HELD_AT_RESTORE, OVERDUE_AFTER, SUPPRESSED
from sunwi.domain.stored_notice import Notice, NoticeFailure, NoticeKey
from sunwi.service.ports.notices import MOST_NOTICES_AT_ONCE, Notices, QueuedNotice

_WAITING, _QUEUED = NoticeState.WAITING.value, NoticeState.QUEUED.value


@dataclass(frozen=True, slots=True)
class SqlNotices(Notices):
    """One row for each notice and channel."""

    connection: Connection

    @override
    def post(self, notices: Sequence[NewNotice], *, at: datetime) -> int:
        return insert_notices(self.connection, notices, at)

    @override
    def get(self, notice_id: str) -> Notice | None:
        row = self.connection.execute(_notices().where(NoticeRow.id == notice_id)).one_or_none()
        return None if row is None else notice_from_row(row)

    @override
    def find_seen(self, notice_id: str, *, actor: Actor) -> Notice | None:
        statement = _notices().where(NoticeRow.id == notice_id, *is_seen_by(actor))
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else notice_from_row(row)

    @override
    def page(self, query: NoticeQuery) -> NoticePage:
        conditions = [*is_seen_by(query.actor), *_fits(query.wanted)]
        if query.before is not None:
            conditions.append(NoticeRow.id < query.before)
        statement = _notices().where(*conditions).order_by(NoticeRow.id.desc()).limit(query.limit + 1)
        found = [notice_from_row(row) for row in self.connection.execute(statement)]
        shown = found[: query.limit]
        return NoticePage(shown, shown[-1].id if len(found) > len(shown) else None)

    @override
    def queue_due(self, now: datetime, *, limit: int, of_channel: int) -> Sequence[NoticeKey]:
        return queue_due(self.connection, now, limit=limit, of_channel=of_channel)

    @override
    def queue_again(self, now: datetime, *, queued_before: datetime, limit: int) -> Sequence[NoticeKey]:
        return queue_again(self.connection, now, queued_before=queued_before, limit=limit)

    @override
    def take_back(self, keys: Collection[NoticeKey]) -> int:
        by_generation: dict[int, list[str]] = {}
        for key in keys:
            by_generation.setdefault(key.generation, []).append(key.notice_id)
        count = 0
        for generation, ids in by_generation.items():
            for start in range(0, len(ids), MOST_NOTICES_AT_ONCE):
                part = ids[start : start + MOST_NOTICES_AT_ONCE]
                is_same = (NoticeRow.id.in_(part), NoticeRow.generation == generation, is_in(NoticeState.QUEUED))
                count += self._write(*is_same, state=_WAITING, queued_at=None)
        return count

    @override
    def find_queued(self, key: NoticeKey) -> QueuedNotice | None:
        row = self.connection.execute(_with_channels().where(*is_queued(key))).one_or_none()
        return None if row is None else QueuedNotice(notice_from_row(row), channel_from_row(row))

    @override
    def lease(self, key: NoticeKey, *, at: datetime, until: datetime) -> int | None:
        is_free = or_(NoticeRow.leased_until.is_(None), NoticeRow.leased_until <= at)
        statement = update(NoticeRow).where(*is_queued(key), is_free)
        statement = statement.values(tries=NoticeRow.tries + 1, leased_until=until)
        return self.connection.execute(statement.returning(NoticeRow.tries)).scalar_one_or_none()

    @override
    def mark_told(self, key: NoticeKey, *, at: datetime) -> bool:
        told = {"state": NoticeState.TOLD.value, "told_at": at, "leased_until": None, "overdue_at": None}
        return self._write(*is_queued(key), **told, **failure_values(None)) == 1

    @override
    def put_off(
        self, key: NoticeKey, *, until: datetime, failure: NoticeFailure | None = None, gives_back_try: bool = False
    ) -> bool:
        values: dict[str, Any] = {"state": _WAITING, "not_before": until, "leased_until": None}
        if failure is not None:
            values |= failure_values(failure)
        if gives_back_try:
            values["tries"] = NoticeRow.tries - 1
        return self._write(*is_queued(key), **values) == 1

    @override
    def mark_dead(self, key: NoticeKey, failure: NoticeFailure) -> bool:
        dead = {"state": NoticeState.DEAD.value, "leased_until": None}
        return self._write(*is_queued(key), **dead, **failure_values(failure)) == 1

    @override
    def lock_overdue(self, now: datetime, *, limit: int) -> Sequence[Notice]:
        is_due = (NoticeRow.overdue_at.is_not(None), NoticeRow.overdue_at <= now)
        statement = _notices().where(*is_due).order_by(NoticeRow.overdue_at, NoticeRow.id).limit(limit)
        rows = self.connection.execute(statement.with_for_update(of=NoticeRow, skip_locked=True))
        return [notice_from_row(row) for row in rows]

    @override
    def mark_overdue_told(self, notice_ids: Collection[str]) -> None:
        self._write(NoticeRow.id.in_(list(notice_ids)), overdue_at=None)

    @override
    def list_dead(self, wanted: NoticeFilter, *, actor: Actor, limit: int) -> Sequence[str]:
        conditions = (is_in(NoticeState.DEAD), *is_seen_by(actor), *_fits(wanted))
        statement = select(NoticeRow.id).outerjoin(ChannelRow, ChannelRow.id == NoticeRow.channel_id)
        statement = statement.where(*conditions).order_by(NoticeRow.id).limit(limit)
        return self.connection.execute(statement).scalars().all()

    @override
    def lock_seen(self, notice_ids: Sequence[str], *, actor: Actor) -> Mapping[str, tuple[Notice, Channel | None]]:
        statement = _with_channels(is_outer=True).where(NoticeRow.id.in_(notice_ids), *is_seen_by(actor))
        rows = self.connection.execute(statement.order_by(NoticeRow.id).with_for_update(of=NoticeRow))
        return {row.id: (notice_from_row(row), _channel_if_there(row)) for row in rows}

    @override
    def resend(self, notice_ids: Collection[str], *, at: datetime) -> int:
        is_awaited = NoticeRow.kind.in_(sorted(kind.value for kind in AWAITED))
        overdue_at = case((is_awaited, literal(at + OVERDUE_AFTER, NoticeRow.overdue_at.type)))
        waits = {"state": _WAITING, "tries": 0, "not_before": at, "queued_at": None, "leased_until": None}
        is_dead = (NoticeRow.id.in_(list(notice_ids)), is_in(NoticeState.DEAD))
        return self._write(*is_dead, **waits, overdue_at=overdue_at, **failure_values(None))

    @override
    def drop(self, notice_ids: Collection[str]) -> None:
        self.connection.execute(delete(NoticeRow).where(NoticeRow.id.in_(list(notice_ids))))

    @override
    def hold(self) -> int:
        dead = {"state": NoticeState.DEAD.value, "leased_until": None, "overdue_at": None}
        return self._write(NoticeRow.state.in_([_WAITING, _QUEUED]), **dead, **failure_values(HELD_AT_RESTORE))

    @override
    def suppress(self, address: str, reason: str, *, at: datetime) -> Sequence[str]:
        is_same = (
            ChannelRow.kind == ChannelKind.EMAIL.value,
            func.lower(ChannelRow.address) == address.strip().lower(),
            ChannelRow.suppressed.is_(None),
            IS_THERE,
        )
        statement = update(ChannelRow).where(*is_same).values(suppressed=reason)
        channels = self.connection.execute(statement.returning(ChannelRow.id, ChannelRow.name)).all()
        if channels:
            end_waiting(self.connection, [channel.id for channel in channels], NoticeFailure(SUPPRESSED, reason))
        return sorted(channel.name for channel in channels)

    def _write(self, *conditions: ColumnElement[bool], **values: Any) -> int:  # noqa: ANN401 - of any column
        return self.connection.execute(update(NoticeRow).where(*conditions).values(**values)).rowcount


def end_waiting(connection: Connection, channel_ids: Sequence[int], failure: NoticeFailure) -> int:
    """Give up whatever waits or is queued for some channels; return the number."""
    statement = (
        update(NoticeRow)
        .where(NoticeRow.channel_id.in_(channel_ids), NoticeRow.state.in_([_WAITING, _QUEUED]))
        .values(state=NoticeState.DEAD.value, leased_until=None, **failure_values(failure))
    )
    return connection.execute(statement).rowcount


def _notices() -> Select[Any]:
    return select(*NOTICE_COLUMNS).outerjoin(ChannelRow, ChannelRow.id == NoticeRow.channel_id)


def _with_channels(*, is_outer: bool = False) -> Select[Any]:
    statement = select(*NOTICE_COLUMNS, *(column for column in CHANNEL_COLUMNS if column.name != "channel_name"))
    return statement.join(ChannelRow, ChannelRow.id == NoticeRow.channel_id, isouter=is_outer)


def _channel_if_there(row: Any) -> Channel | None:  # noqa: ANN401 - a row of `_with_channels`
    return None if row.channel_id is None or row.channel_removed_at is not None else channel_from_row(row)


def _fits(wanted: NoticeFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        states = [state.value for state in wanted.states]
        # One state is named in the words of its index.
        yield is_in(wanted.states[0]) if len(states) == 1 else NoticeRow.state.in_(states)
    if wanted.kinds:
        yield NoticeRow.kind.in_([kind.value for kind in wanted.kinds])
    if wanted.channel:
        yield ChannelRow.name == wanted.channel
    if wanted.since is not None:
        yield NoticeRow.created_at >= wanted.since

"""Which notices are queued, once or again."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from sunwi.adapters.sql.notices.notice_rows import is_in
from sunwi.adapters.sql.tables import NoticeRow
from sunwi.domain.notice import NoticeState
from sunwi.domain.stored_notice import NoticeKey

_QUEUED = {"state": NoticeState.QUEUED.value, "generation": NoticeRow.generation + 1}


def queue_due(connection: Connection, now: datetime, *, limit: int, of_channel: int) -> list[NoticeKey]:
    """Queue what is due, the longest first, and of no channel more than fits beside what is queued of it already."""
    place = func.row_number().over(partition_by=NoticeRow.channel_id, order_by=(NoticeRow.not_before, NoticeRow.id))
    due = (
        select(NoticeRow.id, NoticeRow.channel_id, NoticeRow.not_before, place.label("place"))
        .where(is_in(NoticeState.WAITING), NoticeRow.not_before <= now)
        .subquery("due")
    )
    busy = (
        select(NoticeRow.channel_id, func.count().label("queued"))
        .where(is_in(NoticeState.QUEUED))
        .group_by(NoticeRow.channel_id)
        .subquery("busy")
    )
    fits = due.c.place + func.coalesce(busy.c.queued, 0) <= of_channel
    chosen = (
        select(due.c.id)
        .outerjoin(busy, busy.c.channel_id == due.c.channel_id)
        .where(fits)
        .order_by(due.c.not_before, due.c.id)
        .limit(limit)
    )
    statement = (
        update(NoticeRow)
        .where(NoticeRow.id.in_(chosen), is_in(NoticeState.WAITING))
        .values(**_QUEUED, queued_at=now)
        .returning(NoticeRow.id, NoticeRow.generation, NoticeRow.not_before)
    )
    rows = connection.execute(statement).all()
    return [NoticeKey(row.id, row.generation) for row in sorted(rows, key=lambda row: (row.not_before, row.id))]


def queue_again(connection: Connection, now: datetime, *, queued_before: datetime, limit: int) -> list[NoticeKey]:
    """Give the next generation to what was queued before a time and no notifier has."""
    is_free = (NoticeRow.leased_until.is_(None)) | (NoticeRow.leased_until <= now)
    lost = (
        select(NoticeRow.id)
        .where(is_in(NoticeState.QUEUED), NoticeRow.queued_at <= queued_before, is_free)
        .order_by(NoticeRow.queued_at, NoticeRow.id)
        .limit(limit)
    )
    statement = (
        update(NoticeRow)
        .where(NoticeRow.id.in_(lost), is_in(NoticeState.QUEUED), NoticeRow.queued_at <= queued_before, is_free)
        .values(**_QUEUED, queued_at=now)
        .returning(NoticeRow.id, NoticeRow.generation)
    )
    return sorted(
        (NoticeKey(row.id, row.generation) for row in connection.execute(statement)), key=lambda key: key.notice_id
    )

"""Sessions summed up in SQL."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, or_, select

from sunwi.adapters.sql.tables import CorrectionRow, RankHistoryRow, TrackingRow
from sunwi.domain.session_fault import SessionSums

_IS_EXPOSED = RankHistoryRow.rank.is_not(None)
_COUNTED_BEFORE = and_(CorrectionRow.old_rank.is_not(None), CorrectionRow.old_counts)
_COUNTED_AFTER = and_(CorrectionRow.new_rank.is_not(None), CorrectionRow.new_counts)


def unusual_sessions(connection: Connection) -> Sequence[SessionSums]:
    """Sum up, in one statement, the sessions that a fault may be in; most are left out by their sums alone."""
    session = _sessions()
    found = session.c
    has_neighbours = and_(
        found.number == found.previous + 1, or_(found.number < found.latest, found.current <= found.number + 1)
    )
    is_plain = or_(
        and_(found.number < found.current, found.counted == found.session_days),
        and_(found.number == found.current, found.counted < found.session_days, found.over_exposed == 0),
    )
    statement = select(session).where(or_(~has_neighbours, ~is_plain)).order_by(found.tracking_id, found.number)
    return [SessionSums(**row._asdict()) for row in connection.execute(statement)]


def _sessions() -> Subquery:
    """Place every session beside its neighbours; a tracking without days has its current session."""
    days, changes = _days(), _changes()
    number = func.coalesce(days.c.number, TrackingRow.current_session)
    before = func.lag(number).over(partition_by=TrackingRow.id, order_by=number)
    is_changed = and_(changes.c.tracking_id == TrackingRow.id, changes.c.number == days.c.number)
    return (
        select(
            TrackingRow.id.label("tracking_id"),
            number.label("number"),
            _or_zero(days.c.counted).label("counted"),
            _or_zero(days.c.over_exposed).label("over_exposed"),
            TrackingRow.current_session.label("current"),
            _or_zero(before).label("previous"),
            func.max(number).over(partition_by=TrackingRow.id).label("latest"),
            _or_zero(changes.c.gained).label("gained"),
            _or_zero(changes.c.lost).label("lost"),
            TrackingRow.session_days,
        )
        .outerjoin(days, days.c.tracking_id == TrackingRow.id)
        .outerjoin(changes, is_changed)
        .subquery()
    )


def _days() -> Subquery:
    return (
        select(
            RankHistoryRow.tracking_id,
            RankHistoryRow.session_number.label("number"),
            func.count().filter(_IS_EXPOSED, RankHistoryRow.counts).label("counted"),
            func.count().filter(_IS_EXPOSED, ~RankHistoryRow.counts).label("over_exposed"),
        )
        .group_by(RankHistoryRow.tracking_id, RankHistoryRow.session_number)
        .subquery()
    )


def _changes() -> Subquery:
    """Count the corrections of each session by what they did to its sum."""
    is_row = and_(CorrectionRow.tracking_id == RankHistoryRow.tracking_id, CorrectionRow.date == RankHistoryRow.date)
    return (
        select(
            RankHistoryRow.tracking_id,
            RankHistoryRow.session_number.label("number"),
            func.count().filter(~_COUNTED_BEFORE, _COUNTED_AFTER).label("gained"),
            func.count().filter(_COUNTED_BEFORE, ~_COUNTED_AFTER).label("lost"),
        )
        .select_from(CorrectionRow)
        .join(RankHistoryRow, is_row)
        .group_by(RankHistoryRow.tracking_id, RankHistoryRow.session_number)
        .subquery()
    )


def _or_zero(value: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(value, 0)

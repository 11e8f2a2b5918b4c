"""What is judged, in SQL: rows of the ledger between their neighbours, nights, corrections, sessions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Integer,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    func,
    select,
)
from sqlalchemy.orm import aliased

from sunwi.adapters.sql.evaluation.given_rows import given_rows
from sunwi.adapters.sql.evaluation.promised_rank import promised_rank
from sunwi.adapters.sql.tables import CorrectionRow, RankHistoryRow, RunRow, TaskRow, TrackingRow, TrackingStateRow
from sunwi.adapters.sql.tables.states import NEVER
from sunwi.domain.evaluation import (
    ChangedDay,
    CountedDay,
    DayCorrection,
    DayKey,
    DayStatement,
    JudgedTracking,
    MeasuredDay,
    OpenGap,
    SessionKey,
)
from sunwi.domain.run import UNMEASURED_STATES

#: A row of the ledger that has changed since it was judged; the words of its index.
IS_UNJUDGED = RankHistoryRow.version != RankHistoryRow.evaluated_version

_Day = RankHistoryRow
_Before, _After, _Other = aliased(RankHistoryRow), aliased(RankHistoryRow), aliased(RankHistoryRow)
_UNMEASURED = tuple(state.value for state in UNMEASURED_STATES)

#: Of a tracking, in the order of `JudgedTracking`.
_TERMS = (TrackingRow.id, TrackingRow.client_id, TrackingRow.session_days)
#: Of a day, in the order of `MeasuredDay`, whose promised rank follows.
_SAID = ("date", "session_number", "rank", "area", "page_rank")


def changed_days(connection: Connection, keys: Sequence[DayKey], *, until: date) -> Sequence[ChangedDay]:
    """Select rows and the measured days around them, in the order of the keys."""
    given = given_rows(connection, {"day": Date(), "tracking_id": BigInteger()}, keys)
    is_given = and_(_Day.tracking_id == given.c.tracking_id, _Day.date == given.c.day)
    before = _neighbour(func.max(_Other.date), _Other.date < _Day.date)
    after = _neighbour(func.min(_Other.date), _Other.date > _Day.date, _Other.date <= until)
    statement = (
        select(*_TERMS, *_said(_Day), _Day.version, *_said(_Before), *_said(_After), TrackingStateRow.missed_on)
        .select_from(given)
        .join(_Day, is_given)
        .join(TrackingRow, TrackingRow.id == _Day.tracking_id)
        .outerjoin(TrackingStateRow, TrackingStateRow.tracking_id == _Day.tracking_id)
        .outerjoin(_Before, and_(_Before.tracking_id == _Day.tracking_id, _Before.date == before))
        .outerjoin(_After, and_(_After.tracking_id == _Day.tracking_id, _After.date == after))
        .where(IS_UNJUDGED)
    )
    return sorted(map(_changed_day, connection.execute(statement)), key=lambda changed: changed.key)


def _neighbour(what: SQLColumnExpression[Any], *conditions: SQLColumnExpression[bool]) -> ScalarSelect[Any]:
    is_own = _Other.tracking_id == _Day.tracking_id
    return select(what).select_from(_Other).where(is_own, *conditions).correlate(_Day).scalar_subquery()


def _said(day: type[RankHistoryRow]) -> list[SQLColumnExpression[Any]]:
    return [*(getattr(day, name) for name in _SAID), promised_rank(day.date)]


def _changed_day(row: Sequence[Any]) -> ChangedDay:
    """Take a row apart by position: there are a hundred thousand in a night."""
    return ChangedDay(
        tracking=_tracking(row[:3]),
        day=_required(row[3:9]),
        version=row[9],
        before=_measured(row[10:16]),
        after=_measured(row[16:22]),
        has_misses=row[22] is not None,
    )


def _tracking(values: Sequence[Any]) -> JudgedTracking:
    tracking_id, client_id, session_days = values
    return JudgedTracking(id=tracking_id, client_id=client_id, session_days=session_days)


def _measured(values: Sequence[Any]) -> MeasuredDay | None:
    return None if values[0] is None else _required(values)


def _required(values: Sequence[Any]) -> MeasuredDay:
    day, session_number, rank, area, page_rank, target_rank = values
    return MeasuredDay(
        date=day,
        session_number=session_number,
        rank=rank,
        area=area,
        page_rank=page_rank,
        target_rank=target_rank,
    )


def next_open_gaps(connection: Connection, after: int, limit: int) -> Sequence[OpenGap]:
    """Select the active trackings that were missed since their latest row."""
    state = TrackingStateRow
    statement = (
        select(*_TERMS, state.last_date)
        .join(state, state.tracking_id == TrackingRow.id)
        .where(state.missed_on.is_not(None), state.is_active, state.tracking_id > after)
        .order_by(state.tracking_id)
        .limit(limit)
    )
    return [
        OpenGap(tracking=_tracking(terms), last=None if last == NEVER else last)
        for *terms, last in connection.execute(statement)
    ]


def missed_nights(connection: Connection, since: Mapping[int, date], *, until: date) -> Mapping[int, Sequence[date]]:
    """Select the business dates of tasks that ended unmeasured, whatever the run."""
    if not since:
        return {}
    given = given_rows(connection, {"tracking_id": BigInteger(), "since": Date()}, since.items())
    is_missed = and_(TaskRow.tracking_id == given.c.tracking_id, TaskRow.state.in_(_UNMEASURED))
    statement = (
        select(TaskRow.tracking_id, RunRow.business_date)
        .select_from(given)
        .join(TaskRow, is_missed)
        .join(RunRow, RunRow.id == TaskRow.run_id)
        .where(RunRow.business_date > given.c.since, RunRow.business_date <= until)
        .distinct()
        .order_by(TaskRow.tracking_id, RunRow.business_date)
    )
    rows = connection.execute(statement)
    return {tracking_id: [night for _, night in nights] for tracking_id, nights in groupby(rows, lambda row: row[0])}


def corrections_of(connection: Connection, keys: Sequence[DayKey]) -> Mapping[DayKey, DayCorrection]:
    """Select what days said before their first correction, and after the last."""
    given = given_rows(connection, {"day": Date(), "tracking_id": BigInteger()}, keys)
    row = CorrectionRow
    statement = (
        select(row.date, row.tracking_id, row.old_rank, row.old_counts, row.new_rank, row.new_counts)
        .select_from(given)
        .join(row, and_(row.tracking_id == given.c.tracking_id, row.date == given.c.day))
        .order_by(row.id)
    )
    found: dict[DayKey, DayCorrection] = {}
    for day, tracking_id, old_rank, old_counts, new_rank, new_counts in connection.execute(statement):
        key, new = DayKey(day, tracking_id), DayStatement(new_rank, counts=new_counts)
        earlier = found.get(key)
        old = DayStatement(old_rank, counts=old_counts) if earlier is None else earlier.old
        found[key] = DayCorrection(old, new)
    return found


def counted_days(
    connection: Connection, sessions: Collection[SessionKey], *, until: date, last: int
) -> Mapping[SessionKey, Sequence[CountedDay]]:
    """Number the days that count for sessions, and select those of the end."""
    given = given_rows(connection, {"tracking_id": BigInteger(), "number": Integer()}, sessions)
    of_session = and_(_Day.tracking_id == given.c.tracking_id, _Day.session_number == given.c.number)
    place = func.row_number().over(partition_by=(_Day.tracking_id, _Day.session_number), order_by=_Day.date)
    numbered = (
        select(
            _Day.tracking_id,
            _Day.session_number,
            _Day.date,
            place.label("place"),
            TrackingRow.session_days,
        )
        .select_from(given)
        .join(_Day, of_session)
        .join(TrackingRow, TrackingRow.id == _Day.tracking_id)
        .where(_Day.rank.is_not(None), _Day.counts, _Day.date <= until)
        .subquery("numbered")
    )
    columns = numbered.c
    statement = (
        select(columns.tracking_id, columns.session_number, columns.date, columns.place)
        .where(columns.place >= columns.session_days - last)
        .order_by(columns.tracking_id, columns.session_number, columns.place)
    )
    return dict(_by_session(connection.execute(statement)))


def _by_session(rows: Any) -> Iterator[tuple[SessionKey, Sequence[CountedDay]]]:  # noqa: ANN401 - rows of a result
    for key, days in groupby(rows, lambda row: SessionKey(row[0], row[1])):
        yield key, [CountedDay(day, place) for _, _, day, place in days]

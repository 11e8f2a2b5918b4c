"""What every state must say, worked out in SQL from ledger, tasks and trackings."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from sunwi.adapters.sql.tables import LEDGER_COLUMNS, RankHistoryRow, RunRow, TaskRow, TrackingRow, TrackingStateRow
from sunwi.adapters.sql.tables.states import NEVER
from sunwi.domain.run import UNMEASURED_STATES
from sunwi.domain.tracking import TrackingStatus

#: The ledger's columns that a state repeats of the latest row; `last_date` stands apart, as it is never NULL.
LAST_COLUMNS = tuple(column.name for column in LEDGER_COLUMNS if column.name not in {"tracking_id", "date"})

#: What a state stores; the database computes the rest of it.
STATE_COLUMNS = tuple(column for column in TrackingStateRow.__table__.columns if column.computed is None)

_UNMEASURED = tuple(state.value for state in UNMEASURED_STATES)
_NEVER = literal(NEVER, Date)
_Day = aliased(RankHistoryRow)
_Last = aliased(RankHistoryRow)


def expected_states(is_wanted: ColumnElement[bool]) -> Select[Any]:
    """Select what the states of trackings must say, in the order of `STATE_COLUMNS`.

    Args:
        is_wanted: A condition on `tracking`.
    """
    days = _summed_days(is_wanted)
    last_date = func.coalesce(days.c.last_date, _NEVER)
    last_other_day = case((_Last.rank.is_(None), days.c.last_exposed_on), else_=days.c.last_not_exposed_on)
    expected = {
        "tracking_id": TrackingRow.id,
        "is_active": TrackingRow.status == TrackingStatus.ACTIVE.value,
        "session": TrackingRow.current_session,
        "session_days": TrackingRow.session_days,
        "exposed_days": func.coalesce(days.c.exposed_days, 0),
        "measured_days": func.coalesce(days.c.measured_days, 0),
        "ledger_days": func.coalesce(days.c.ledger_days, 0),
        "last_date": last_date,
        **{f"last_{name}": getattr(_Last, name) for name in LAST_COLUMNS},
        "exposure_since": _of_days(func.min(_Day.date), _Day.date > func.coalesce(last_other_day, _NEVER)),
        "last_exposed_on": days.c.last_exposed_on,
        "missed_since": missed_day(func.min(RunRow.business_date), TrackingRow.id, last_date),
        "missed_on": missed_day(func.max(RunRow.business_date), TrackingRow.id, last_date),
    }
    columns = [expected[column.name].label(column.name) for column in STATE_COLUMNS]
    is_last = and_(_Last.tracking_id == TrackingRow.id, _Last.date == days.c.last_date)
    return (
        select(*columns)
        .select_from(TrackingRow)
        .outerjoin(days, days.c.tracking_id == TrackingRow.id)
        .outerjoin(_Last, is_last)
        .where(is_wanted)
    )


def _summed_days(is_wanted: ColumnElement[bool]) -> Subquery:
    """Go through the days of trackings once."""
    day, is_exposed = RankHistoryRow, RankHistoryRow.rank.is_not(None)
    is_current = day.session_number == TrackingRow.current_session
    return (
        select(
            day.tracking_id,
            func.count().label("ledger_days"),
            func.count().filter(is_current).label("measured_days"),
            func.count().filter(is_current, is_exposed, day.counts).label("exposed_days"),
            func.max(day.date).label("last_date"),
            func.max(day.date).filter(is_exposed).label("last_exposed_on"),
            func.max(day.date).filter(~is_exposed).label("last_not_exposed_on"),
        )
        .select_from(TrackingRow)
        .join(day, day.tracking_id == TrackingRow.id)
        .where(is_wanted)
        .group_by(day.tracking_id)
        .subquery("days")
    )


def stale_trackings(is_wanted: ColumnElement[bool]) -> Select[Any]:
    """Select the trackings whose state differs in what indexes tell of ledger and tasks."""
    state = TrackingStateRow
    last_date = func.coalesce(_Last.date, _NEVER)
    is_stale = or_(
        state.tracking_id.is_(None),
        state.is_active != (TrackingRow.status == TrackingStatus.ACTIVE.value),
        state.session != TrackingRow.current_session,
        state.session_days != TrackingRow.session_days,
        state.last_date != last_date,
        *(getattr(state, f"last_{name}").is_distinct_from(getattr(_Last, name)) for name in LAST_COLUMNS),
        state.exposed_days != _exposed_days(),
        state.ledger_days != _of_days(func.count()),
        state.missed_since.is_distinct_from(missed_day(func.min(RunRow.business_date), TrackingRow.id, last_date)),
        state.missed_on.is_distinct_from(missed_day(func.max(RunRow.business_date), TrackingRow.id, last_date)),
    )
    return (
        select(TrackingRow.id)
        .outerjoin(state, state.tracking_id == TrackingRow.id)
        .outerjoin(_Last, _is_last())
        .where(is_wanted, is_stale)
        .order_by(TrackingRow.id)
    )


def missed_day(
    what: SQLColumnExpression[Any], tracking_id: SQLColumnExpression[Any], after: SQLColumnExpression[Any]
) -> ScalarSelect[Any]:
    """Select the first or the last day behind another on which a task of a tracking ended unmeasured."""
    return (
        select(what)
        .select_from(TaskRow)
        .join(RunRow, RunRow.id == TaskRow.run_id)
        .where(TaskRow.tracking_id == tracking_id, TaskRow.state.in_(_UNMEASURED), RunRow.business_date > after)
        .scalar_subquery()
    )


def has_missed_in(run_id: str, tracking_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Select whether a tracking has a task in a run that ended unmeasured."""
    of_run = select(TaskRow.tracking_id).where(TaskRow.run_id == run_id, TaskRow.state.in_(_UNMEASURED))
    return tracking_id.in_(of_run)


def _is_last() -> ColumnElement[bool]:
    return and_(_Last.tracking_id == TrackingRow.id, _Last.date == _of_days(func.max(_Day.date)))


def _exposed_days() -> ScalarSelect[Any]:
    is_counted = (_Day.session_number == TrackingRow.current_session, _Day.rank.is_not(None), _Day.counts)
    return _of_days(func.count(), *is_counted)


def _of_days(what: SQLColumnExpression[Any], *conditions: SQLColumnExpression[bool]) -> ScalarSelect[Any]:
    """Select one figure of a tracking's days."""
    is_own = _Day.tracking_id == TrackingRow.id
    return select(what).select_from(_Day).where(is_own, *conditions).correlate_except(_Day).scalar_subquery()

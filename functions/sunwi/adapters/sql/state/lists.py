"""Lists of trackings in SQL: filtered, sorted and paged by key, without ledger, tasks or observations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, SQLColumnExpression, and_, or_, select, tuple_
from typing_extensions import override

from sunwi.adapters.sql.state.expected_states import LAST_COLUMNS
from sunwi.adapters.sql.tables import TrackingRow, TrackingStateRow, TrackingTagRow
from sunwi.adapters.sql.tables.states import NEVER
from sunwi.adapters.sql.trackings import tracking_from_row
from sunwi.domain.exposure_criteria import name_of_area
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_list import ListPage, ListPosition, ListQuery, TrackingFilter, TrackingSort
from sunwi.domain.tracking_state import ListedTracking, Standing, TrackingState
from sunwi.service.ports.states import TrackingLists

_State = TrackingStateRow

_STATE_NAMES = (
    "exposed_days",
    "measured_days",
    "exposure_since",
    "last_exposed_on",
    "missed_since",
    "missed_on",
    "last_date",
    *(f"last_{name}" for name in LAST_COLUMNS),
)
_COLUMNS = (
    *TrackingRow.__table__.columns,
    *(getattr(_State, name).label(f"state_{name}") for name in _STATE_NAMES),
)

#: What a list is sorted by, and what follows where that is equal.
_KEYS: Mapping[TrackingSort, tuple[SQLColumnExpression[Any], SQLColumnExpression[Any]]] = {
    TrackingSort.ID: (TrackingRow.id, TrackingRow.id),
    TrackingSort.KEYWORD: (TrackingRow.keyword, TrackingRow.id),
    TrackingSort.RANK: (_State.rank_order, _State.tracking_id),
    TrackingSort.DAYS_LEFT: (_State.days_left, _State.tracking_id),
    TrackingSort.FINISH: (_State.finish_order, _State.tracking_id),
    TrackingSort.MEASURED: (_State.last_date, _State.tracking_id),
}
_SORTS_OF_TRACKINGS = frozenset({TrackingSort.ID, TrackingSort.KEYWORD})


@dataclass(frozen=True, slots=True)
class SqlTrackingLists(TrackingLists):
    """Lists of trackings by latest state."""

    connection: Connection

    @override
    def page(self, query: ListQuery) -> ListPage:
        key, tracking_id = _KEYS[query.order.sort]
        # A tracking that the release before has stored has no state yet: the plainest lists show it all the same.
        is_outer = query.order.sort in _SORTS_OF_TRACKINGS
        statement = (
            select(*_COLUMNS, key.label("sort_key"))
            .select_from(TrackingRow)
            .join(_State, _State.tracking_id == TrackingRow.id, isouter=is_outer)
            .where(*self._conditions(query.wanted))
        )
        rows = self.connection.execute(_paged(statement, query, key, tracking_id)).all()
        shown = rows[: query.limit]
        tags = self._tags([row.id for row in shown])
        trackings = [ListedTracking(tracking_from_row(row), _state(row), tags.get(row.id, ())) for row in shown]
        has_more = len(rows) > len(shown)
        return ListPage(trackings, ListPosition(shown[-1].sort_key, shown[-1].id) if has_more else None)

    def _conditions(self, wanted: TrackingFilter) -> Iterator[ColumnElement[bool]]:
        equal = {
            TrackingRow.status: wanted.status,
            TrackingRow.kind: wanted.kind,
            TrackingRow.surface: wanted.surface,
            TrackingRow.client_id: wanted.client_id,
            TrackingRow.agency_id: wanted.agency_id,
        }
        yield from (column == value for column, value in equal.items() if value is not None)
        parts = {
            TrackingRow.keyword: wanted.keyword,
            TrackingRow.client: wanted.client,
            TrackingRow.agency: wanted.agency,
        }
        yield from (_contains(column, text) for column, text in parts.items() if text)
        if wanted.text:
            columns = (TrackingRow.keyword, TrackingRow.target_id, TrackingRow.client)
            yield or_(*(_contains(column, wanted.text) for column in columns))
        if wanted.standing is not None:
            yield from _is_standing(wanted.standing)
        if wanted.tag:
            tagged = select(TrackingTagRow.tracking_id).where(TrackingTagRow.tag == wanted.tag)
            yield TrackingRow.id.in_(tagged)
        if wanted.area:
            yield self._is_of_area(wanted.area)

    def _is_of_area(self, area: str) -> ColumnElement[bool]:
        """Select by the codes that were seen: a name stands for several, and new ones appear."""
        seen = self.connection.execute(select(_State.last_area).distinct()).scalars()
        codes = [code for code in seen if code is not None and area in {code, name_of_area(code)}]
        counts_it = (" " + TrackingRow.areas + " ").contains(f" {area} ", autoescape=True)
        return or_(_State.last_area.in_(codes), counts_it)

    def _tags(self, tracking_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        tags: dict[int, tuple[str, ...]] = {}
        statement = (
            select(TrackingTagRow.tracking_id, TrackingTagRow.tag)
            .where(TrackingTagRow.tracking_id.in_(tracking_ids))
            .order_by(TrackingTagRow.tracking_id, TrackingTagRow.tag)
        )
        for tracking_id, tag in self.connection.execute(statement):
            tags[tracking_id] = (*tags.get(tracking_id, ()), tag)
        return tags


def _paged(
    statement: Select[Any], query: ListQuery, key: SQLColumnExpression[Any], tracking_id: SQLColumnExpression[Any]
) -> Select[Any]:
    """Take one tracking more than a page has, to know whether anything follows."""
    order = (tracking_id,) if query.order.sort is TrackingSort.ID else (key, tracking_id)
    if query.after is not None:
        last = (
            (query.after.tracking_id,)
            if query.order.sort is TrackingSort.ID
            else (query.after.key, query.after.tracking_id)
        )
        behind = tuple_(*order) < tuple_(*last) if query.order.is_descending else tuple_(*order) > tuple_(*last)
        statement = statement.where(behind)
    directed = (column.desc() if query.order.is_descending else column.asc() for column in order)
    return statement.order_by(*directed).limit(query.limit + 1)


def _contains(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    """Select texts with another in them, whatever its case; Hangul and digits have none, and are compared faster."""
    escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)
    pattern = f"%{escaped}%"
    if text.lower() == text.upper():
        return column.like(pattern, escape="\\")
    return column.ilike(pattern, escape="\\")


def _is_standing(standing: Standing) -> tuple[ColumnElement[bool], ...]:
    if standing in {Standing.PAUSED, Standing.ENDED}:
        status = TrackingStatus.PAUSED if standing is Standing.PAUSED else TrackingStatus.ENDED
        return (TrackingRow.status == status.value,)
    is_active = TrackingRow.status == TrackingStatus.ACTIVE.value
    if standing is Standing.UNMEASURED:
        return is_active, _State.missed_on.is_not(None)
    if standing is Standing.NEW:
        return is_active, or_(_State.tracking_id.is_(None), _State.last_date == NEVER), _State.missed_on.is_(None)
    was_measured = and_(_State.last_date > NEVER, _State.missed_on.is_(None))
    has_rank = _State.last_rank.is_not(None) if standing is Standing.EXPOSED else _State.last_rank.is_(None)
    return is_active, was_measured, has_rank


def _state(row: Row[Any]) -> TrackingState:
    values = {name: getattr(row, f"state_{name}") for name in _STATE_NAMES}
    last_date = values.pop("last_date")
    if last_date is None:
        return TrackingState(session_days=row.session_days)
    last = {name: values.pop(f"last_{name}") for name in LAST_COLUMNS}
    day = None if last_date == NEVER else LedgerRow(tracking_id=row.id, date=last_date, **last)
    return TrackingState(last=day, session_days=row.session_days, **values)

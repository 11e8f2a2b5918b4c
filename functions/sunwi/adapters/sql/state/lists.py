"""Lists of trackings in SQL: filtered, sorted and paged by key, without ledger, tasks or observations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, SQLColumnExpression, func, or_, select, true, tuple_
from typing_extensions import override

from sunwi.adapters.sql.seen_by import trackings_seen_by
from sunwi.adapters.sql.state.expected_states import LAST_COLUMNS
from sunwi.adapters.sql.tables import TrackingRow, TrackingStateRow, TrackingTagRow
from sunwi.adapters.sql.tables.states import BEYOND_EVERY_NUMBER, NEVER
from sunwi.adapters.sql.trackings import SqlTrackings, tracking_from_row
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

#: What a list is sorted by.
_KEYS: Mapping[TrackingSort, SQLColumnExpression[Any]] = {
    TrackingSort.ID: TrackingRow.id,
    TrackingSort.KEYWORD: TrackingRow.keyword,
    TrackingSort.RANK: _State.rank_order,
    TrackingSort.DAYS_LEFT: _State.days_left,
    TrackingSort.FINISH: _State.finish_order,
    TrackingSort.MEASURED: _State.last_date,
}
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_SORTS_OF_TRACKINGS = frozenset({TrackingSort.ID, TrackingSort.KEYWORD})
_OF_ACTIVE = frozenset({Standing.NEW, Standing.EXPOSED, Standing.NOT_EXPOSED, Standing.UNMEASURED})


@dataclass(frozen=True, slots=True)
class SqlTrackingLists(TrackingLists):
    """Lists of trackings by latest state."""

    connection: Connection

    @override
    def page(self, query: ListQuery) -> ListPage:
        found = self._found(query).subquery("found")
        # A tracking that the release before has stored has no state yet: the plainest lists show it all the same.
        statement = (
            select(*_COLUMNS, found.c.key)
            .select_from(found)
            .join(TrackingRow, TrackingRow.id == found.c.tracking_id)
            .outerjoin(_State, _State.tracking_id == found.c.tracking_id)
            .order_by(*_in_order(query, found.c.key, found.c.tracking_id))
        )
        rows: list[Any] = list(self.connection.execute(statement))
        shown = rows[: query.limit]
        tags = SqlTrackings(self.connection).tags_of([row.id for row in shown])
        trackings = [ListedTracking(tracking_from_row(row), _state(row), tags.get(row.id, ())) for row in shown]
        has_more = len(rows) > len(shown)
        return ListPage(trackings, ListPosition(shown[-1].key, shown[-1].id) if has_more else None)

    @override
    def ids(self, query: ListQuery) -> Sequence[int]:
        found = self._found(query).limit(query.limit)
        return [row.tracking_id for row in self.connection.execute(found)]

    @override
    def count(self, query: ListQuery) -> int:
        found = self._found(query).limit(None).order_by(None).subquery()
        return self.connection.execute(select(func.count()).select_from(found)).scalar_one()

    def _found(self, query: ListQuery) -> Select[*tuple[Any, ...]]:
        """Select ids and keys of a page, and of one tracking more, so as to know whether anything follows.

        An order is walked along its index. What another table says is gathered into a set before, once: a planner that
        is free to join looks up every tracking on the way, or for every one that is wanted its state.

        Source: docs/adr/0049-a-row-for-the-latest-state.md.
        """
        sort, standing = query.order.sort, query.wanted.standing
        is_by_state = sort not in _SORTS_OF_TRACKINGS or (sort is TrackingSort.ID and standing in _OF_ACTIVE)
        of_states = list(_conditions_on_states(query.wanted, is_by_state=is_by_state))
        of_trackings = [
            *trackings_seen_by(query.actor),
            *_conditions_on_trackings(query.wanted, is_by_state=is_by_state),
        ]
        if query.wanted.area:
            of_states.append(self._is_of_area(query.wanted.area))
        tracking_id = _State.tracking_id if is_by_state else TrackingRow.id
        key = tracking_id if sort is TrackingSort.ID else _KEYS[sort]
        if of_trackings and (is_by_state or sort is not TrackingSort.ID):
            of_trackings = [self._is_in_set(tracking_id, select(TrackingRow.id).where(*of_trackings))]
        if of_states and not is_by_state:
            of_states = [self._is_in_set(tracking_id, select(_State.tracking_id).where(*of_states))]
        return (
            select(tracking_id.label("tracking_id"), key.label("key"))
            .where(*of_states, *of_trackings, *_behind(query, key, tracking_id))
            .order_by(*_in_order(query, key, tracking_id))
            .limit(query.limit + 1)
        )

    def _is_in_set(self, tracking_id: SQLColumnExpression[Any], wanted: Select[Any]) -> ColumnElement[bool]:
        """Select by a set that the database gathers once; `IS TRUE` keeps PostgreSQL from making a join of it."""
        if self.connection.dialect.name == "postgresql":
            # A set that does not fit is searched from end to end for every row: this holds two million ids.
            self.connection.exec_driver_sql("SET LOCAL work_mem = '64MB'")
        return tracking_id.in_(wanted).is_(true())

    def _is_of_area(self, area: str) -> ColumnElement[bool]:
        """Select by the codes that were seen: a name stands for several, and new ones appear."""
        seen = self.connection.execute(select(_State.last_area).distinct()).scalars()
        codes = [code for code in seen if code is not None and area in {code, name_of_area(code)}]
        counts_it = (" " + TrackingRow.areas + " ").contains(f" {area} ", autoescape=True)
        return or_(_State.last_area.in_(codes), _State.tracking_id.in_(select(TrackingRow.id).where(counts_it)))


def _in_order(
    query: ListQuery, key: SQLColumnExpression[Any], tracking_id: SQLColumnExpression[Any]
) -> list[SQLColumnExpression[Any]]:
    columns = [tracking_id] if query.order.sort is TrackingSort.ID else [key, tracking_id]
    return [column.desc() if query.order.is_descending else column.asc() for column in columns]


def _behind(
    query: ListQuery, key: SQLColumnExpression[Any], tracking_id: SQLColumnExpression[Any]
) -> Iterator[ColumnElement[bool]]:
    if query.after is None:
        return
    if query.order.sort is TrackingSort.ID:
        place, last = tuple_(tracking_id), tuple_(query.after.tracking_id)
    else:
        place, last = tuple_(key, tracking_id), tuple_(query.after.key, query.after.tracking_id)
    yield place < last if query.order.is_descending else place > last


def _contains(column: SQLColumnExpression[str], text: str) -> ColumnElement[bool]:
    """Select texts with another in them, whatever its case.

    Hangul and digits have none, and are compared faster. A database may know the case of ASCII letters alone: of others
    a text is found that has them as typed, all small or all capital.
    """
    if text.lower() == text.upper():
        return column.like(_pattern(text), escape="\\")
    spellings = {spelling.translate(_SMALL) for spelling in (text, text.lower(), text.upper())}
    return or_(*(func.lower(column).like(_pattern(spelling), escape="\\") for spelling in sorted(spellings)))


def _pattern(text: str) -> str:
    escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)
    return f"%{escaped}%"


def _conditions_on_trackings(wanted: TrackingFilter, *, is_by_state: bool) -> Iterator[ColumnElement[bool]]:
    status = wanted.status
    if wanted.standing in {Standing.PAUSED, Standing.ENDED}:
        named = TrackingStatus.PAUSED if wanted.standing is Standing.PAUSED else TrackingStatus.ENDED
        yield TrackingRow.status == named.value
    equal = {
        TrackingRow.status: None if is_by_state and status is TrackingStatus.ACTIVE else status,
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
        # Compared once, at a third of the price; nobody types the line feed that keeps them apart.
        yield _contains(TrackingRow.keyword + "\n" + TrackingRow.target_id + "\n" + TrackingRow.client, wanted.text)
    if wanted.ids:
        yield TrackingRow.id.in_(wanted.ids)
    if wanted.tag:
        tagged = select(TrackingTagRow.tracking_id).where(TrackingTagRow.tag == wanted.tag)
        yield TrackingRow.id.in_(tagged)


def _conditions_on_states(wanted: TrackingFilter, *, is_by_state: bool) -> Iterator[ColumnElement[bool]]:
    if wanted.standing in _OF_ACTIVE or (is_by_state and wanted.status is TrackingStatus.ACTIVE):
        yield _State.is_active == true()
    if wanted.standing is Standing.UNMEASURED:
        yield _State.missed_on.is_not(None)
    if wanted.standing in {Standing.NEW, Standing.EXPOSED, Standing.NOT_EXPOSED}:
        yield _State.missed_on.is_(None)
        yield _State.last_date == NEVER if wanted.standing is Standing.NEW else _State.last_date > NEVER
    if wanted.standing is Standing.EXPOSED:
        yield _State.rank_order < BEYOND_EVERY_NUMBER
    if wanted.standing is Standing.NOT_EXPOSED:
        yield _State.rank_order == BEYOND_EVERY_NUMBER


def _state(row: Row[Any]) -> TrackingState:
    values = {name: getattr(row, f"state_{name}") for name in _STATE_NAMES}
    last_date = values.pop("last_date")
    if last_date is None:
        return TrackingState(session_days=row.session_days)
    last = {name: values.pop(f"last_{name}") for name in LAST_COLUMNS}
    day = None if last_date == NEVER else LedgerRow(tracking_id=row.id, date=last_date, **last)
    return TrackingState(last=day, session_days=row.session_days, **values)

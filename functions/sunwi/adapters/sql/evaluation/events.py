"""Events in SQL."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Integer,
    String,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.evaluation import judged_days
from sunwi.adapters.sql.evaluation.given_rows import GivenColumns, given_rows
from sunwi.adapters.sql.evaluation.judged_days import IS_UNJUDGED
from sunwi.adapters.sql.tables import AgencyRow, ClientRow, EvaluationEventRow, RankHistoryRow, TrackingRow
from sunwi.adapters.sql.tables.columns import UtcDateTime
from sunwi.domain.actor import Actor, Role
from sunwi.domain.evaluation import (
    OF_SESSIONS,
    ChangedDay,
    CountedDay,
    DayCorrection,
    DayKey,
    Event,
    EventChange,
    EventKey,
    EventKind,
    EventState,
    OpenGap,
    SessionKey,
    StoredEvent,
)
from sunwi.domain.evaluation_list import EventPage, EventQuery, ListedEvent
from sunwi.domain.evaluation_settling import Gap
from sunwi.service.ports.evaluation import Evaluation

_Event = EvaluationEventRow
_COLUMNS = tuple(_Event.__table__.columns)
#: The advisory lock of evaluations.
_LOCK = 0x6576616C
_KINDS_OF_SESSIONS = sorted(kind.value for kind in OF_SESSIONS)


@dataclass(frozen=True, slots=True)
class SqlEvaluation(Evaluation):
    """Judged days and events."""

    connection: Connection

    @override
    def wait_for_others(self) -> None:
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(select(func.pg_advisory_xact_lock(literal(_LOCK, BigInteger)))).all()

    @override
    def count_unjudged(self, *, until: date) -> int:
        statement = select(func.count()).select_from(RankHistoryRow).where(IS_UNJUDGED, RankHistoryRow.date <= until)
        return self.connection.execute(statement).scalar_one()

    @override
    def next_unjudged(self, after: DayKey | None, *, until: date, limit: int) -> Sequence[DayKey]:
        place = tuple_(RankHistoryRow.date, RankHistoryRow.tracking_id)
        conditions: list[ColumnElement[bool]] = [IS_UNJUDGED, RankHistoryRow.date <= until]
        if after is not None:
            conditions.append(place > tuple_(literal(after.day, Date), literal(after.tracking_id, BigInteger)))
        statement = select(RankHistoryRow.date, RankHistoryRow.tracking_id).where(*conditions)
        ordered = statement.order_by(RankHistoryRow.date, RankHistoryRow.tracking_id).limit(limit)
        return [DayKey(day, tracking_id) for day, tracking_id in self.connection.execute(ordered)]

    @override
    def lock(self, tracking_ids: Collection[int]) -> None:
        # In one order, as whoever locks several. A new task only needs its tracking to stay, and need not wait.
        given = given_rows(self.connection, {"id": BigInteger()}, ((tracking_id,) for tracking_id in tracking_ids))
        ids = select(TrackingRow.id).join(given, given.c.id == TrackingRow.id).order_by(TrackingRow.id)
        self.connection.execute(ids.with_for_update(of=TrackingRow, key_share=True)).all()

    @override
    def changed_days(self, keys: Sequence[DayKey], *, until: date) -> Sequence[ChangedDay]:
        return judged_days.changed_days(self.connection, keys, until=until)

    @override
    def next_open_gaps(self, after: int, limit: int) -> Sequence[OpenGap]:
        return judged_days.next_open_gaps(self.connection, after, limit)

    @override
    def missed_nights(self, since: Mapping[int, date], *, until: date) -> Mapping[int, Sequence[date]]:
        return judged_days.missed_nights(self.connection, since, until=until)

    @override
    def corrections_of(self, keys: Sequence[DayKey]) -> Mapping[DayKey, DayCorrection]:
        return judged_days.corrections_of(self.connection, keys)

    @override
    def counted_days(
        self, sessions: Collection[SessionKey], *, until: date, last: int
    ) -> Mapping[SessionKey, Sequence[CountedDay]]:
        return judged_days.counted_days(self.connection, sessions, until=until, last=last)

    @override
    def events_of(self, gaps: Sequence[tuple[int, Gap]]) -> Mapping[EventKey, StoredEvent]:
        columns: GivenColumns = {"tracking_id": BigInteger(), "after": Date(), "until": Date()}
        given = given_rows(self.connection, columns, ((tracking_id, *gap) for tracking_id, gap in gaps))
        is_within = or_(_Event.day <= given.c.until, _Event.kind.in_(_KINDS_OF_SESSIONS))
        statement = (
            select(*_COLUMNS)
            .select_from(given)
            .join(_Event, and_(_Event.tracking_id == given.c.tracking_id, _Event.day > given.c.after))
            .where(is_within)
        )
        found = map(_stored, self.connection.execute(statement))
        return {stored.event.key: stored for stored in found}

    @override
    def save_events(self, changes: Sequence[EventChange], *, at: datetime) -> None:
        if not changes:
            return
        columns: GivenColumns = {
            "tracking_id": BigInteger(),
            "day": Date(),
            "kind": String(),
            "compared": Date(),
            "facts": Text(),
            "weight": Integer(),
            "state": String(),
        }
        given = given_rows(self.connection, columns, map(_values, changes))
        is_sqlite = self.connection.dialect.name == "sqlite"
        names = [*columns, "version", "told", "said", "changed_at", "withdrawn_at"]
        # SQLite has JSON as text.
        facts = given.c.facts if is_sqlite else cast(given.c.facts, JSON)
        values = [facts if name == "facts" else given.c[name] for name in columns]
        is_withdrawn = given.c.state == EventState.WITHDRAWN.value
        withdrawn_at = case((is_withdrawn, literal(at, UtcDateTime)), else_=null())
        new = select(*values, literal(1), literal(0), false(), literal(at, UtcDateTime), withdrawn_at)
        dialect = sqlite if is_sqlite else postgresql
        # SQLite would read ON CONFLICT as part of a join, but for a condition before it.
        upsert = dialect.insert(_Event).from_select(names, new.where(given.c.day.is_not(None)), include_defaults=False)
        changed = {name: upsert.excluded[name] for name in ("compared", "facts", "weight", "state", "changed_at")}
        statement = upsert.on_conflict_do_update(
            index_elements=[_Event.tracking_id, _Event.day, _Event.kind],
            set_={**changed, "withdrawn_at": upsert.excluded.withdrawn_at, "version": _Event.version + 1},
        )
        self.connection.execute(statement)

    @override
    def mark_judged(self, days: Sequence[ChangedDay]) -> None:
        columns: GivenColumns = {"tracking_id": BigInteger(), "day": Date(), "version": Integer()}
        rows = ((changed.tracking.id, changed.day.date, changed.version) for changed in days)
        given = given_rows(self.connection, columns, rows)
        row = RankHistoryRow
        is_given = (row.tracking_id == given.c.tracking_id, row.date == given.c.day)
        self.connection.execute(update(row).where(*is_given).values(evaluated_version=given.c.version))

    @override
    def sees(self, actor: Actor, tracking_id: int) -> bool:
        statement = select(TrackingRow.id).where(TrackingRow.id == tracking_id, *_is_seen_by(actor))
        return self.connection.execute(statement).one_or_none() is not None

    @override
    def page(self, query: EventQuery) -> EventPage:
        statement = (
            select(
                *_COLUMNS,
                TrackingRow.keyword,
                TrackingRow.kind.label("tracking_kind"),
                TrackingRow.surface,
                TrackingRow.device,
                func.coalesce(ClientRow.name, "").label("client"),
                func.coalesce(AgencyRow.name, "").label("agency"),
            )
            .join(TrackingRow, TrackingRow.id == _Event.tracking_id)
            .outerjoin(ClientRow, ClientRow.id == TrackingRow.client_id)
            .outerjoin(AgencyRow, AgencyRow.id == TrackingRow.agency_id)
            .where(*_wanted(query))
            .order_by(_Event.day.desc(), _Event.tracking_id, _Event.kind)
            .limit(query.limit + 1)
        )
        found = [_listed(row) for row in self.connection.execute(statement)]
        shown = found[: query.limit]
        return EventPage(shown, shown[-1].event.key if len(found) > len(shown) else None)


def _values(change: EventChange) -> Sequence[object]:
    event = change.event
    facts = json.dumps(dict(event.facts))
    return (event.tracking_id, event.day, event.kind, event.compared, facts, event.weight, change.state)


def _is_seen_by(actor: Actor) -> Iterator[ColumnElement[bool]]:
    if actor.sees_everything:
        return
    is_client = actor.role is Role.ADVERTISER
    column, own = (TrackingRow.client_id, actor.client_id) if is_client else (TrackingRow.agency_id, actor.agency_id)
    yield false() if own is None else column == own


def _wanted(query: EventQuery) -> Iterator[ColumnElement[bool]]:
    yield from _is_seen_by(query.actor)
    if query.day is not None:
        yield _Event.day == query.day
    if query.tracking_id is not None:
        yield _Event.tracking_id == query.tracking_id
    if query.client_id is not None:
        yield TrackingRow.client_id == query.client_id
    if query.kinds:
        yield _Event.kind.in_([kind.value for kind in query.kinds])
    if query.state is not None:
        yield _Event.state == query.state.value
    if query.after is not None:
        after = query.after
        behind = tuple_(_Event.tracking_id, _Event.kind) > tuple_(
            literal(after.tracking_id, BigInteger), literal(after.kind.value, String)
        )
        yield or_(_Event.day < after.day, and_(_Event.day == after.day, behind))


def event_from_row(row: Any) -> Event:  # noqa: ANN401 - a row, or part of one
    """Build an event from the columns of its table."""
    return Event(
        tracking_id=row.tracking_id,
        day=row.day,
        kind=EventKind(row.kind),
        compared=row.compared,
        facts=row.facts,
        weight=row.weight,
    )


def _stored(row: Any) -> StoredEvent:  # noqa: ANN401 - a row, or part of one
    return StoredEvent(
        event=event_from_row(row),
        version=row.version,
        state=EventState(row.state),
        withdrawn_at=row.withdrawn_at,
        told=row.told,
        said=row.said,
    )


def _listed(row: Any) -> ListedEvent:  # noqa: ANN401 - a row of more columns than its type names
    return ListedEvent(
        stored=_stored(row),
        keyword=row.keyword,
        kind=row.tracking_kind,
        surface=row.surface,
        device=row.device,
        client=row.client,
        agency=row.agency,
    )

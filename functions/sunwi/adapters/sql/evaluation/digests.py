"""What owners have been told, and have not, in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Row,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from typing_extensions import override

from sunwi.adapters.sql.evaluation.events import event_from_row
from sunwi.adapters.sql.evaluation.given_rows import given_rows
from sunwi.adapters.sql.evaluation.promised_rank import promised_rank
from sunwi.adapters.sql.tables import (
    AgencyRow,
    ClientRow,
    EvaluationDigestRow,
    EvaluationEventRow,
    RankHistoryRow,
    TaskRow,
    TrackingRow,
    TrackingStateRow,
)
from sunwi.adapters.sql.tables.columns import UtcDateTime
from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.evaluation_digest import OwnerCounts, Part, UntoldLine
from sunwi.domain.evaluation_night import MissedCount, Night
from sunwi.domain.failure import FailureCause
from sunwi.domain.run import UNMEASURED_STATES
from sunwi.domain.schedule import KST
from sunwi.domain.tracking import TrackingStatus
from sunwi.service.ports.evaluation import Digests, LeftOut

_Event = EvaluationEventRow
_Worse, _Its = aliased(EvaluationEventRow), aliased(TrackingRow)
#: The words of the index of those.
_IS_UNTOLD = _Event.told < _Event.version
#: Not a parameter: PostgreSQL would not know the expression by which it groups.
_OWNER = func.coalesce(TrackingRow.client_id, -TrackingRow.agency_id, literal_column("0", BigInteger))
_IS_ACTIVE = TrackingRow.status == TrackingStatus.ACTIVE.value
_HOLDS = EventState.HOLDS.value
_UNMEASURED = tuple(state.value for state in UNMEASURED_STATES)
#: Said better by the event that the promised rank is not kept.
_SAID_BETTER = (EventKind.DROPPED.value, EventKind.ENTERED.value)


@dataclass(frozen=True, slots=True)
class SqlDigests(Digests):
    """What is to be told, and was."""

    connection: Connection

    @override
    def missed_of(self, night: Night) -> Sequence[MissedCount]:
        has_row = exists().where(RankHistoryRow.tracking_id == TrackingRow.id, RankHistoryRow.date == night.day)
        group: list[SQLColumnExpression[Any]] = [TrackingRow.agency_id, TrackingRow.client_id, ClientRow.name]
        if night.run_id is None:
            start = datetime.combine(night.day, time(), tzinfo=KST)
            was_there = func.coalesce(TrackingRow.active_since, TrackingRow.created_at) < literal(start, UtcDateTime)
            statement = select(*group, literal("")).select_from(TrackingRow).where(was_there)
        else:
            group.append(TaskRow.cause)
            is_missed = (TaskRow.run_id == night.run_id, TaskRow.state.in_(_UNMEASURED))
            statement = (
                select(*group)
                .select_from(TrackingRow)
                .join(TaskRow, TaskRow.tracking_id == TrackingRow.id)
                .where(*is_missed)
            )
        counted = (
            statement.add_columns(func.count())
            .outerjoin(ClientRow, ClientRow.id == TrackingRow.client_id)
            .where(_IS_ACTIVE, ~has_row)
            .group_by(*group)
            .order_by(*group)
        )
        return [
            MissedCount(
                agency_id, client_id, client or "", FailureCause.OTHER.value if cause is None else cause, missed
            )
            for agency_id, client_id, client, cause, missed in self.connection.execute(counted)
        ]

    @override
    def next_owners(self, after: int | None, limit: int) -> Sequence[int]:
        statement = select(_OWNER).join(_Event, _Event.tracking_id == TrackingRow.id).where(_IS_UNTOLD)
        if after is not None:
            statement = statement.where(after < _OWNER)
        return list(self.connection.execute(statement.distinct().order_by(_OWNER).limit(limit)).scalars())

    @override
    def untold(self, owners: Sequence[int], *, day: date, most: int, but: LeftOut) -> Sequence[UntoldLine]:
        found = _untold(owners, day, but)
        group = (found.c.owner, found.c.kind, found.c.part)
        in_order = (found.c.weight.desc(), found.c.tracking_id, found.c.day.desc())
        placed = select(
            found,
            func.count().over(partition_by=group).label("total"),
            func.row_number().over(partition_by=group, order_by=in_order).label("place"),
        ).subquery("placed")
        told = placed.c
        statement = select(placed).where(told.place <= most).order_by(told.owner, told.kind, told.part, told.place)
        return [_line(row) for row in self.connection.execute(statement)]

    @override
    def counts_of(self, owners: Sequence[int], *, day: date) -> Mapping[int, OwnerCounts]:
        row, state = RankHistoryRow, TrackingStateRow
        is_missed = and_(_IS_ACTIVE, row.date.is_(None), state.missed_on >= day)
        promised = promised_rank(literal(day, Date))
        is_good = and_(_IS_ACTIVE, row.rank.is_not(None), or_(promised.is_(None), row.rank <= promised))
        statement = (
            select(
                _OWNER.label("owner"),
                func.coalesce(func.max(ClientRow.name), "").label("client"),
                func.coalesce(func.max(AgencyRow.name), "").label("agency"),
                func.count().filter(_IS_ACTIVE).label("active"),
                func.count(row.date).filter(_IS_ACTIVE).label("measured"),
                func.count(row.rank).filter(_IS_ACTIVE).label("exposed"),
                func.count().filter(is_good).label("good"),
                func.count().filter(is_missed).label("missed"),
            )
            .select_from(TrackingRow)
            .outerjoin(ClientRow, ClientRow.id == TrackingRow.client_id)
            .outerjoin(AgencyRow, AgencyRow.id == TrackingRow.agency_id)
            .outerjoin(row, and_(row.tracking_id == TrackingRow.id, row.date == day))
            .outerjoin(state, state.tracking_id == TrackingRow.id)
            .where(_of_owners(owners))
            .group_by(_OWNER)
        )
        return {row.owner: OwnerCounts(**row._asdict()) for row in self.connection.execute(statement)}

    @override
    def mark_told(self, owners: Sequence[int], *, but: LeftOut) -> None:
        for kinds, of_these in but.items():
            is_left_out = _Event.kind.in_(sorted(kind.value for kind in kinds))
            self._mark(of_these, is_left_out, said=false())
        self._mark(owners, true(), said=and_(_Event.state == _HOLDS, *_is_worth_saying(but)))

    def _mark(self, owners: Sequence[int], condition: ColumnElement[bool], *, said: ColumnElement[bool]) -> None:
        of_owners = _Event.tracking_id.in_(select(TrackingRow.id).where(_of_owners(owners)))
        statement = update(_Event).where(_IS_UNTOLD, of_owners, condition)
        self.connection.execute(statement.values(told=_Event.version, said=said))

    @override
    def versions(self, owners: Sequence[int], *, day: date) -> Mapping[int, int]:
        digest = EvaluationDigestRow
        statement = select(digest.owner, digest.version).where(digest.owner.in_(owners), digest.day == day)
        return {row.owner: row.version for row in self.connection.execute(statement)}

    @override
    def save_versions(self, versions: Mapping[int, int], *, day: date, at: datetime) -> None:
        if not versions:
            return
        given = given_rows(self.connection, {"owner": BigInteger(), "version": Integer()}, versions.items())
        new = select(given.c.owner, given.c.version, literal(day, Date), literal(at, UtcDateTime))
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        upsert = dialect.insert(EvaluationDigestRow).from_select(
            # SQLite would read ON CONFLICT as part of a join, but for a condition before it.
            ["owner", "version", "day", "posted_at"],
            new.where(given.c.owner.is_not(None)),
            include_defaults=False,
        )
        changed = {name: upsert.excluded[name] for name in ("version", "posted_at")}
        key = [EvaluationDigestRow.owner, EvaluationDigestRow.day]
        self.connection.execute(upsert.on_conflict_do_update(index_elements=key, set_=changed))

    @override
    def forget(self, before: date) -> int:
        statement = delete(EvaluationDigestRow).where(EvaluationDigestRow.day < before)
        return self.connection.execute(statement).rowcount


def _of_owners(owners: Sequence[int]) -> ColumnElement[bool]:
    """Select the trackings of owners by plain columns, each of which has an index."""
    conditions: list[ColumnElement[bool]] = [TrackingRow.client_id.in_([owner for owner in owners if owner > 0])]
    is_of_no_client = TrackingRow.client_id.is_(None)
    if agencies := [-owner for owner in owners if owner < 0]:
        conditions.append(and_(is_of_no_client, TrackingRow.agency_id.in_(agencies)))
    if 0 in owners:
        conditions.append(and_(is_of_no_client, TrackingRow.agency_id.is_(None)))
    return or_(*conditions)


def _untold(owners: Sequence[int], day: date, but: LeftOut) -> Subquery:
    """Select the events that are to be said, and why."""
    names = ("tracking_id", "day", "kind", "compared", "facts", "weight")
    part = case(
        (_Event.state != _HOLDS, Part.WITHDRAWN.value),
        (_Event.said, Part.CHANGED.value),
        (_Event.day < day, Part.LATE.value),
        else_=Part.FRESH.value,
    )
    return (
        select(
            *(getattr(_Event, name) for name in names),
            _OWNER.label("owner"),
            part.label("part"),
            TrackingRow.keyword,
            TrackingRow.kind.label("tracking_kind"),
            TrackingRow.surface,
            TrackingRow.device,
        )
        .join(TrackingRow, TrackingRow.id == _Event.tracking_id)
        .where(_IS_UNTOLD, _of_owners(owners), *_is_worth_saying(but))
        .subquery("untold")
    )


def _is_worth_saying(but: LeftOut) -> Iterator[ColumnElement[bool]]:
    yield or_(_Event.state == _HOLDS, _Event.said)
    is_wanted = exists().where(_Its.id == _Event.tracking_id, _Its.status == TrackingStatus.ACTIVE.value)
    yield or_(_Event.kind != EventKind.UNMEASURED.value, is_wanted)
    is_worse = exists().where(
        _Worse.tracking_id == _Event.tracking_id,
        _Worse.day == _Event.day,
        _Worse.kind == EventKind.BELOW_TARGET.value,
        _Worse.state == _HOLDS,
    )
    yield ~and_(_Event.kind.in_(_SAID_BETTER), _Event.state == _HOLDS, is_worse, _hears_of_worse(but))


def _hears_of_worse(but: LeftOut) -> ColumnElement[bool]:
    """Select the events whose owner is told of promised ranks: none but a client wants other kinds than all."""
    deaf = [owner for kinds, owners in but.items() if EventKind.BELOW_TARGET in kinds for owner in owners]
    is_deaf = exists().where(_Its.id == _Event.tracking_id, _Its.client_id.in_(deaf))
    return ~is_deaf if deaf else true()


def _line(row: Row[Any]) -> UntoldLine:
    return UntoldLine(
        owner=row.owner,
        event=event_from_row(row),
        part=Part(row.part),
        total=row.total,
        keyword=row.keyword,
        kind=row.tracking_kind,
        surface=row.surface,
        device=row.device,
    )

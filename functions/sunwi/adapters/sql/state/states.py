"""The latest states in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    SQLColumnExpression,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.state.expected_states import (
    STATE_COLUMNS,
    expected_states,
    has_missed_in,
    missed_day,
    stale_trackings,
)
from sunwi.adapters.sql.tables import RunRow, TrackingRow, TrackingStateRow
from sunwi.adapters.sql.tables.states import NEVER
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import TrackingStatus
from sunwi.service.ports.states import States

_State = TrackingStateRow


@dataclass(frozen=True, slots=True)
class SqlStates(States):
    """The latest state of every tracking."""

    connection: Connection

    @override
    def append_day(self, row: LedgerRow, *, session: int) -> bool:
        day = literal(row.date, Date)
        is_same = _State.last_rank.is_not(None) if row.is_exposed else _State.last_rank.is_(None)
        values = {f"last_{name}": value for name, value in asdict(row).items() if name != "tracking_id"}
        values |= {
            "session": session,
            "ledger_days": _State.ledger_days + 1,
            "exposure_since": case(
                (and_(_State.exposure_since.is_not(None), is_same), _State.exposure_since), else_=day
            ),
            "exposed_days": _of_session(_State.exposed_days, row, session, more=row.is_counted),
            "measured_days": _of_session(_State.measured_days, row, session, more=True),
            "missed_since": case((_State.missed_since > day, _State.missed_since), else_=null()),
            "missed_on": case((_State.missed_on > day, _State.missed_on), else_=null()),
        }
        if row.is_exposed:
            values["last_exposed_on"] = row.date
        # Of days that were missed before and behind it, the state does not know which the first one behind it is.
        knows_missed = or_(_State.missed_on.is_(None), _State.missed_on <= day, _State.missed_since > day)
        is_latest = (_State.tracking_id == row.tracking_id, _State.last_date < day, knows_missed)
        return self.connection.execute(update(_State).where(*is_latest).values(**values)).rowcount == 1

    @override
    def add_missed(self, tracking_id: int, day: date) -> None:
        self._add_missed(_State.tracking_id == tracking_id, literal(day, Date))

    @override
    def add_missed_of_run(self, run_id: str) -> None:
        day = select(RunRow.business_date).where(RunRow.id == run_id).scalar_subquery()
        # Two runs that end at once take the rows in one order.
        missed = (
            select(_State.tracking_id)
            .where(has_missed_in(run_id, _State.tracking_id), _State.last_date < day)
            .order_by(_State.tracking_id)
            .with_for_update()
        )
        self._add_missed(_State.tracking_id.in_(missed), day)

    def _add_missed(self, condition: ColumnElement[bool], day: SQLColumnExpression[Any]) -> None:
        values = {
            "missed_since": case((_State.missed_since < day, _State.missed_since), else_=day),
            "missed_on": case((_State.missed_on > day, _State.missed_on), else_=day),
        }
        self.connection.execute(update(_State).where(condition, _State.last_date < day).values(**values))

    @override
    def recount_missed(self, tracking_id: int) -> None:
        days = {"missed_since": func.min(RunRow.business_date), "missed_on": func.max(RunRow.business_date)}
        values = {name: missed_day(day, _State.tracking_id, _State.last_date) for name, day in days.items()}
        self.connection.execute(update(_State).where(_State.tracking_id == tracking_id).values(**values))

    @override
    def recount(self, tracking_ids: Sequence[int]) -> Sequence[int]:
        ids = sorted(set(tracking_ids))
        is_wanted = TrackingRow.id.in_(ids)
        self._lock(ids)
        expected = expected_states(is_wanted).subquery()
        names = [column.name for column in STATE_COLUMNS]
        is_other = or_(*(getattr(_State, name).is_distinct_from(expected.c[name]) for name in names))
        differing = (
            select(*(expected.c[name] for name in names))
            .outerjoin(_State, _State.tracking_id == expected.c.tracking_id)
            .where(is_other)
            .order_by(expected.c.tracking_id)
        )
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        upsert = dialect.insert(_State).from_select(names, differing, include_defaults=False)
        values = {name: upsert.excluded[name] for name in names if name != "tracking_id"}
        statement = upsert.on_conflict_do_update(index_elements=[_State.tracking_id], set_=values)
        return sorted(self.connection.execute(statement.returning(_State.tracking_id)).scalars())

    def _lock(self, ids: Sequence[int]) -> None:
        """Let nobody else change the ledger and the states of trackings, each lock in a statement of its own.

        The statement after them sees what was committed while these waited.
        """
        # Whoever saves a day locks its tracking first. A new task only needs it to stay, and need not wait.
        trackings = select(TrackingRow.id).where(TrackingRow.id.in_(ids)).order_by(TrackingRow.id)
        self.connection.execute(trackings.with_for_update(key_share=True))
        # Whoever adds a missed day locks the state alone.
        states = select(_State.tracking_id).where(_State.tracking_id.in_(ids)).order_by(_State.tracking_id)
        self.connection.execute(states.with_for_update())

    @override
    def find_stale(self, tracking_ids: Sequence[int]) -> Sequence[int]:
        return list(self.connection.execute(stale_trackings(TrackingRow.id.in_(tracking_ids))).scalars())

    @override
    def find_misfiled(self, limit: int) -> Sequence[int]:
        is_active = TrackingRow.status == TrackingStatus.ACTIVE.value
        statement = (
            select(TrackingRow.id)
            .outerjoin(_State, _State.tracking_id == TrackingRow.id)
            .where(_State.is_active.is_distinct_from(is_active))
            .order_by(TrackingRow.id)
            .limit(limit)
        )
        return list(self.connection.execute(statement).scalars())

    @override
    def count(self) -> int:
        return self.connection.execute(select(func.count()).select_from(TrackingRow)).scalar_one()

    @override
    def next_ids(self, after: int, limit: int) -> Sequence[int]:
        statement = select(TrackingRow.id).where(TrackingRow.id > after).order_by(TrackingRow.id).limit(limit)
        return list(self.connection.execute(statement).scalars())


def add_states(connection: Connection, tracking_ids: Sequence[int]) -> None:
    """Store the state of new trackings, which have no days."""
    days = ("exposed_days", "measured_days", "ledger_days")
    names = ("tracking_id", "is_active", "session", "session_days", *days, "last_date")
    new = select(
        TrackingRow.id,
        TrackingRow.status == TrackingStatus.ACTIVE.value,
        TrackingRow.current_session,
        TrackingRow.session_days,
        *(literal(0) for _ in days),
        literal(NEVER, Date),
    ).where(TrackingRow.id.in_(tracking_ids))
    connection.execute(insert(_State).from_select(names, new, include_defaults=False))


def _of_session(
    days: SQLColumnExpression[Any], row: LedgerRow, session: int, *, more: bool
) -> SQLColumnExpression[Any]:
    """Count on within the session of a new row; what the row has filled is not the current one any more."""
    if row.session_number != session:
        return literal(0)
    return case((_State.session == session, days), else_=0) + int(more)

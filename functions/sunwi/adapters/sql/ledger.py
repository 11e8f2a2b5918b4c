"""Observations and the rank history in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.sessions import unusual_sessions
from sunwi.adapters.sql.tables import LEDGER_COLUMNS, ObservationRow, PageReadingRow, RankHistoryRow, RunRow
from sunwi.adapters.sql.trackings import counting_values, insert_unless_there
from sunwi.domain.correction import LedgerStatement
from sunwi.domain.observation import Observation
from sunwi.domain.proof import ObservationBesideLedger, Proof
from sunwi.domain.run import RunKind
from sunwi.domain.session import LedgerRow
from sunwi.domain.session_fault import SessionSums
from sunwi.service.ports.readings import Ledger, SessionObservation


@dataclass(frozen=True, slots=True)
class SqlLedger(Ledger):
    """Observations and the rank history."""

    connection: Connection

    @override
    def observe(self, observation: Observation) -> int | None:
        return self.connection.execute(self._insert(observation).returning(ObservationRow.id)).scalar_one_or_none()

    @override
    def observe_in(self, session: int, observation: Observation) -> SessionObservation | None:
        counted = _count_exposed(observation.tracking_id, session).scalar_subquery().label("counted_days")
        statement = self._insert(observation).returning(ObservationRow.id, counted)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else SessionObservation(row.id, row.counted_days)

    def _insert(self, observation: Observation) -> postgresql.Insert | sqlite.Insert:
        values = asdict(observation) | counting_values(observation.counting)
        del values["counting"]
        return insert_unless_there(self.connection, ObservationRow).values(**values)

    @override
    def get(self, tracking_id: int, day: date) -> LedgerRow | None:
        statement = select(*LEDGER_COLUMNS).where(*_is_row(tracking_id, day))
        return _row_or_none(self.connection.execute(statement).one_or_none())

    @override
    def last(self, tracking_id: int) -> LedgerRow | None:
        is_tracking = RankHistoryRow.tracking_id == tracking_id
        statement = select(*LEDGER_COLUMNS).where(is_tracking).order_by(RankHistoryRow.date.desc()).limit(1)
        return _row_or_none(self.connection.execute(statement).one_or_none())

    @override
    def add(self, row: LedgerRow) -> None:
        self.connection.execute(insert(RankHistoryRow).values(**asdict(row)))

    @override
    def add_unless_there(self, row: LedgerRow) -> LedgerRow | None:
        statement = insert_unless_there(self.connection, RankHistoryRow).values(**asdict(row))
        added = self.connection.execute(statement.returning(RankHistoryRow.date)).one_or_none()
        return None if added is not None else self.get(row.tracking_id, row.date)

    @override
    def update(self, row: LedgerRow) -> None:
        values = {key: value for key, value in asdict(row).items() if key not in {"tracking_id", "date"}}
        values["version"] = RankHistoryRow.version + 1
        self.connection.execute(update(RankHistoryRow).where(*_is_row(row.tracking_id, row.date)).values(**values))

    @override
    def count_exposed(self, tracking_id: int, session: int) -> int:
        return self.connection.execute(_count_exposed(tracking_id, session)).scalar_one()

    @override
    def over_exposed(self, tracking_id: int, session: int) -> Sequence[LedgerRow]:
        is_over = (*_is_exposed_in(tracking_id, session), ~RankHistoryRow.counts)
        statement = select(*LEDGER_COLUMNS).where(*is_over).order_by(RankHistoryRow.date)
        return [_from_row(row) for row in self.connection.execute(statement)]

    @override
    def unusual_sessions(self) -> Sequence[SessionSums]:
        return unusual_sessions(self.connection)

    @override
    def proof(self, tracking_id: int, day: date | None) -> Proof | None:
        row = self.last(tracking_id) if day is None else self.get(tracking_id, day)
        if row is None:
            return None
        statement = (
            select(
                ObservationRow.run_id,
                PageReadingRow.fetched_at,
                PageReadingRow.final_url,
                PageReadingRow.parser_version,
                PageReadingRow.evidence_key,
            )
            .join(PageReadingRow, PageReadingRow.id == ObservationRow.page_reading_id)
            .where(ObservationRow.id == row.observation_id)
        )
        return Proof(row=row, **self.connection.execute(statement).one()._asdict())

    @override
    def observations_beside_ledger(self, tracking_id: int) -> Sequence[ObservationBesideLedger]:
        states_it = and_(
            RankHistoryRow.tracking_id == ObservationRow.tracking_id,
            RankHistoryRow.observation_id == ObservationRow.id,
        )
        names = [field.name for field in fields(LedgerStatement)]
        statement = (
            select(
                ObservationRow.run_id,
                ObservationRow.fetched_at,
                RunRow.kind,
                *(getattr(ObservationRow, name) for name in names),
            )
            .join(RunRow, RunRow.id == ObservationRow.run_id)
            .outerjoin(RankHistoryRow, states_it)
            .where(ObservationRow.tracking_id == tracking_id, RankHistoryRow.tracking_id.is_(None))
            .order_by(ObservationRow.fetched_at, ObservationRow.id)
        )
        return [
            ObservationBesideLedger(
                run_id=run_id,
                run_kind=RunKind(kind),
                fetched_at=fetched_at,
                found=LedgerStatement(**dict(zip(names, seen, strict=True))),
            )
            for run_id, fetched_at, kind, *seen in self.connection.execute(statement)
        ]

    @override
    def history(self, tracking_id: int) -> Sequence[LedgerRow]:
        is_tracking = RankHistoryRow.tracking_id == tracking_id
        statement = select(*LEDGER_COLUMNS).where(is_tracking).order_by(RankHistoryRow.date)
        return [_from_row(row) for row in self.connection.execute(statement)]


def _is_row(tracking_id: int, day: date) -> tuple[Any, Any]:
    return RankHistoryRow.tracking_id == tracking_id, RankHistoryRow.date == day


def _is_exposed_in(tracking_id: int, session: int) -> tuple[ColumnElement[bool], ...]:
    return (
        RankHistoryRow.tracking_id == tracking_id,
        RankHistoryRow.session_number == session,
        RankHistoryRow.rank.is_not(None),
    )


def _count_exposed(tracking_id: int, session: int) -> Select[int]:
    return select(func.count()).where(*_is_exposed_in(tracking_id, session), RankHistoryRow.counts)


def _row_or_none(row: Row[Any] | None) -> LedgerRow | None:
    return None if row is None else _from_row(row)


def _from_row(row: Row[Any]) -> LedgerRow:
    return LedgerRow(**row._asdict())

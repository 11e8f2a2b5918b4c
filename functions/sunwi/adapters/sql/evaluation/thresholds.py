"""What clients want to be told, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.tables import ClientThresholdsRow
from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_thresholds import DatedThresholds, ThresholdBook, Thresholds
from sunwi.service.ports.evaluation import ClientThresholds

_Row = ClientThresholdsRow
_NUMBERS = ("drop_places", "gap_days", "unmeasured_nights", "ends_soon_days")
_KINDS = frozenset(kind.value for kind in EventKind)


@dataclass(frozen=True, slots=True)
class SqlClientThresholds(ClientThresholds):
    """Thresholds of clients."""

    connection: Connection

    @override
    def book(self) -> ThresholdBook:
        statement = select(*_Row.__table__.columns).order_by(_Row.client_id, _Row.since)
        rows = groupby(self.connection.execute(statement), key=lambda row: row.client_id)
        return ThresholdBook({client_id: [_dated(row) for row in of_client] for client_id, of_client in rows})

    @override
    def of_client(self, client_id: int) -> Sequence[DatedThresholds]:
        statement = select(*_Row.__table__.columns).where(_Row.client_id == client_id).order_by(_Row.since)
        return [_dated(row) for row in self.connection.execute(statement)]

    @override
    def set(self, client_id: int, dated: DatedThresholds, *, at: datetime, by: str) -> None:
        thresholds = dated.thresholds
        values = {
            **{name: getattr(thresholds, name) for name in _NUMBERS},
            "told": [kind.value for kind in EventKind if kind in thresholds.told],
            "is_daily": thresholds.is_daily,
            "set_at": at,
            "set_by": by,
        }
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(_Row).values(client_id=client_id, since=dated.since, **values)
        key = [_Row.client_id, _Row.since]
        self.connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values))


def _dated(row: Row[Any]) -> DatedThresholds:
    """Build thresholds; a kind of a later release is left out."""
    thresholds = Thresholds(
        **{name: getattr(row, name) for name in _NUMBERS},
        told=frozenset(EventKind(kind) for kind in row.told if kind in _KINDS),
        is_daily=row.is_daily,
    )
    return DatedThresholds(since=row.since, thresholds=thresholds)

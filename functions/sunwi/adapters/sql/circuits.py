"""Circuits in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update
from typing_extensions import override

from sunwi.adapters.sql.tables import CircuitRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.circuit import Circuit, CircuitKey
from sunwi.service.ports.readings import Circuits

#: What `circuit_from_row` needs: not what release n-1 finds a circuit by.
CIRCUIT_COLUMNS = tuple(column for column in CircuitRow.__table__.columns if column.name not in {"surface", "device"})


@dataclass(frozen=True, slots=True)
class SqlCircuits(Circuits):
    """Stored circuits; one that nothing is stored of is closed."""

    connection: Connection

    @override
    def get(self, key: CircuitKey) -> Circuit:
        row = self.connection.execute(select(*CIRCUIT_COLUMNS).where(*is_circuit(key))).one_or_none()
        return Circuit(key=key) if row is None else circuit_from_row(row)

    @override
    def lock(self, key: CircuitKey) -> Circuit:
        new = insert_unless_there(self.connection, CircuitRow)
        self.connection.execute(new.values(site=key.site, lane=key.lane, blocked_pages=[], pauses=0))
        statement = select(*CIRCUIT_COLUMNS).where(*is_circuit(key)).with_for_update()
        return circuit_from_row(self.connection.execute(statement).one())

    @override
    def list_open(self, site: str) -> Sequence[Circuit]:
        statement = select(*CIRCUIT_COLUMNS).where(CircuitRow.site == site, CircuitRow.opened_at.is_not(None))
        order = (CircuitRow.opened_at, CircuitRow.lane)
        return [circuit_from_row(row) for row in self.connection.execute(statement.order_by(*order))]

    @override
    def last_closed(self, site: str) -> datetime | None:
        statement = select(func.max(CircuitRow.closed_at)).where(CircuitRow.site == site)
        return self.connection.execute(statement).scalar_one()

    @override
    def save(self, circuit: Circuit) -> None:
        values: dict[str, Any] = {
            "blocked_pages": [list(name) for name in circuit.blocked_pages],
            "opened_at": circuit.opened_at,
            "pauses": circuit.pauses,
            "probe_at": circuit.probe_at,
            "probing_until": circuit.probing_until,
            "not_before": circuit.not_before,
            "reason": circuit.reason,
            "closed_at": circuit.closed_at,
        }
        self.connection.execute(update(CircuitRow).where(*is_circuit(circuit.key)).values(**values))


def is_circuit(key: CircuitKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Select the row of a circuit."""
    return CircuitRow.site == key.site, CircuitRow.lane == key.lane


def circuit_from_row(row: Any) -> Circuit:  # noqa: ANN401 - a row, or part of one
    """Build a circuit from its columns."""
    return Circuit(
        key=CircuitKey(row.site, row.lane),
        blocked_pages=tuple(tuple(name) for name in row.blocked_pages),
        opened_at=row.opened_at,
        pauses=row.pauses,
        probe_at=row.probe_at,
        probing_until=row.probing_until,
        not_before=row.not_before,
        reason=row.reason,
        closed_at=row.closed_at,
    )

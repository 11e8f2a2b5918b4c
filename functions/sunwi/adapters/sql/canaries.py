"""Canary checks in SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from typing_extensions import override

from sunwi.adapters.sql.tables import CanaryCheckRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.canary import CanaryCheck
from sunwi.domain.recognition import SurfaceCounts
from sunwi.service.ports.readings import Canaries

_COLUMNS = tuple(CanaryCheckRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class SqlCanaries(Canaries):
    """Readings of the canary's pages."""

    connection: Connection

    @override
    def add(self, check: CanaryCheck) -> CanaryCheck:
        statement = insert_unless_there(self.connection, CanaryCheckRow).values(
            run_id=check.run_id,
            number=check.number,
            checked_at=check.checked_at,
            surfaces=[counts.as_document() for counts in check.surfaces],
            failures=list(check.failures),
        )
        self.connection.execute(statement)
        return self.get(check.run_id, check.number) or check

    @override
    def get(self, run_id: str, number: int) -> CanaryCheck | None:
        return self._one(_select(run_id).where(CanaryCheckRow.number == number))

    @override
    def latest(self, run_id: str) -> CanaryCheck | None:
        return self._one(_select(run_id).order_by(CanaryCheckRow.number.desc()).limit(1))

    def _one(self, statement: Select[Any]) -> CanaryCheck | None:
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else _check(row)


def _select(run_id: str) -> Select[Any]:
    return select(*_COLUMNS).where(CanaryCheckRow.run_id == run_id)


def _check(row: Row[Any]) -> CanaryCheck:
    return CanaryCheck(
        run_id=row.run_id,
        number=row.number,
        checked_at=row.checked_at,
        surfaces=[SurfaceCounts.from_document(document) for document in row.surfaces],
        failures=row.failures,
    )

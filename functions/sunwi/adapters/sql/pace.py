"""The pace of sites in SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, literal, or_, select, true, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds, epoch_microseconds
from sunwi.adapters.sql.tables import RunRow, SitePaceRow
from sunwi.domain.pace import LOADS_BEFORE_JOB, NoTurn, PaceState, Turn, turn_of_job
from sunwi.domain.run import RunKind
from sunwi.service.ports.pace import SitePace

#: The daily run is open, so that its pages go first.
IS_NIGHT = select(RunRow.id).where(RunRow.kind == RunKind.SCHEDULED.value, RunRow.closed_at.is_(None)).exists()

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SqlSitePace(SitePace):
    """One row for each site: nobody starts a load of it before `next_at`."""

    connection: Connection

    @override
    def reserve(self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None) -> Turn | NoTurn:
        is_soon = true() if max_wait is None else SitePaceRow.next_at <= at + max_wait
        turn = self._reserve(site, at=at, pause=pause, loads_since_job=SitePaceRow.loads_since_job + 1, where=is_soon)
        if turn is not None:
            return turn
        free_at = select(SitePaceRow.next_at).where(SitePaceRow.site == site)
        return NoTurn(self.connection.execute(free_at).scalar_one())

    @override
    def reserve_for_job(
        self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None
    ) -> Turn | NoTurn:
        is_soon = true() if max_wait is None else SitePaceRow.next_at <= at + max_wait
        others = literal(LOADS_BEFORE_JOB) - SitePaceRow.loads_since_job
        others_seen = type_coerce(SitePaceRow.next_at, BigInteger) + others * literal(pause // _MICROSECOND, BigInteger)
        is_idle = others_seen <= literal(epoch_microseconds(at), BigInteger)
        goes = or_(~IS_NIGHT, others <= 0, is_idle)
        turn = self._reserve(site, at=at, pause=pause, loads_since_job=literal(0), where=and_(is_soon, goes))
        if turn is not None:
            return turn
        is_night = self.connection.execute(select(IS_NIGHT)).scalar_one()
        return NoTurn(turn_of_job(self.get(site), at=at, pause=pause, is_night=is_night))

    @override
    def get(self, site: str) -> PaceState:
        statement = select(SitePaceRow.next_at, SitePaceRow.loads_since_job).where(SitePaceRow.site == site)
        row = self.connection.execute(statement).one_or_none()
        return PaceState() if row is None else PaceState(row.next_at, row.loads_since_job)

    @override
    def hold_until(self, site: str, until: datetime) -> None:
        new = self._insert().values(site=site, next_at=until)
        statement = new.on_conflict_do_update(index_elements=[SitePaceRow.site], set_={"next_at": self._later(until)})
        self.connection.execute(statement)

    def _reserve(
        self,
        site: str,
        *,
        at: datetime,
        pause: timedelta,
        loads_since_job: ColumnElement[int],
        where: ColumnElement[bool],
    ) -> Turn | None:
        new = self._insert().values(site=site, next_at=at + pause)
        turn = new.on_conflict_do_update(
            index_elements=[SitePaceRow.site],
            set_={
                "next_at": self._later(at) + literal(pause // _MICROSECOND, BigInteger),
                "loads_since_job": loads_since_job,
            },
            where=where,
        )
        next_at = self.connection.execute(turn.returning(SitePaceRow.next_at)).scalar_one_or_none()
        return None if next_at is None else Turn(next_at - pause)

    def _insert(self) -> postgresql.Insert | sqlite.Insert:
        is_sqlite = self.connection.dialect.name == "sqlite"
        return sqlite.insert(SitePaceRow) if is_sqlite else postgresql.insert(SitePaceRow)

    def _later(self, at: datetime) -> ColumnElement[datetime]:
        """Take the later of `next_at` and a time; SQLite calls the greatest of several values their max."""
        greatest = func.max if self.connection.dialect.name == "sqlite" else func.greatest
        return greatest(SitePaceRow.next_at, literal(at, EpochMicroseconds), type_=EpochMicroseconds)

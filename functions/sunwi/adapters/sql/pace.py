"""The pace of sites in SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds
from sunwi.adapters.sql.tables import SitePaceRow
from sunwi.domain.pace import NoTurn, Turn
from sunwi.service.ports.pace import SitePace

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SqlSitePace(SitePace):
    """One row for each site: nobody starts a load of it before `next_at`."""

    connection: Connection

    @override
    def reserve(self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None) -> Turn | NoTurn:
        new = self._insert().values(site=site, next_at=at + pause)
        turn = new.on_conflict_do_update(
            index_elements=[SitePaceRow.site],
            set_={"next_at": self._later(at) + literal(pause // _MICROSECOND, BigInteger)},
            where=None if max_wait is None else SitePaceRow.next_at <= at + max_wait,
        )
        next_at = self.connection.execute(turn.returning(SitePaceRow.next_at)).scalar_one_or_none()
        if next_at is not None:
            return Turn(next_at - pause)
        free_at = select(SitePaceRow.next_at).where(SitePaceRow.site == site)
        return NoTurn(self.connection.execute(free_at).scalar_one())

    @override
    def hold_until(self, site: str, until: datetime) -> None:
        new = self._insert().values(site=site, next_at=until)
        statement = new.on_conflict_do_update(index_elements=[SitePaceRow.site], set_={"next_at": self._later(until)})
        self.connection.execute(statement)

    def _insert(self) -> postgresql.Insert | sqlite.Insert:
        is_sqlite = self.connection.dialect.name == "sqlite"
        return sqlite.insert(SitePaceRow) if is_sqlite else postgresql.insert(SitePaceRow)

    def _later(self, at: datetime) -> ColumnElement[datetime]:
        """Take the later of `next_at` and a time; SQLite calls the greatest of several values their max."""
        greatest = func.max if self.connection.dialect.name == "sqlite" else func.greatest
        return greatest(SitePaceRow.next_at, literal(at, EpochMicroseconds), type_=EpochMicroseconds)

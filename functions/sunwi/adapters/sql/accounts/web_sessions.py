"""Sessions of browsers in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update
from typing_extensions import override

from sunwi.adapters.sql.accounts.account_rows import ACCOUNT_COLUMNS, account_from_row, is_stale, rest_of_row
from sunwi.adapters.sql.tables import AccountRow, WebSessionRow
from sunwi.domain.account import SESSION_IDLE, SESSION_LIFE, Account, WebSession
from sunwi.service.ports.accounts import WebSessions

_COLUMNS = tuple(WebSessionRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class SqlWebSessions(WebSessions):
    """Stored sessions."""

    connection: Connection

    @override
    def add(self, session: WebSession) -> None:
        self.connection.execute(insert(WebSessionRow).values(**asdict(session)))

    @override
    def find(self, id_hash: str) -> tuple[WebSession, Account] | None:
        statement = (
            select(*_COLUMNS, *ACCOUNT_COLUMNS)
            .join(AccountRow, AccountRow.id == WebSessionRow.account_id)
            .where(WebSessionRow.id_hash == id_hash)
        )
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else (WebSession(**rest_of_row(row)), account_from_row(row))

    @override
    def of_account(self, account_id: str, *, at: datetime, limit: int) -> Sequence[WebSession]:
        statement = (
            select(*_COLUMNS)
            .where(WebSessionRow.account_id == account_id, _holds(at))
            .order_by(WebSessionRow.created_at.desc(), WebSessionRow.id_hash)
            .limit(limit)
        )
        return [WebSession(**row._asdict()) for row in self.connection.execute(statement)]

    @override
    def set_seen(self, id_hash: str, *, at: datetime) -> None:
        is_due = (WebSessionRow.id_hash == id_hash, is_stale(WebSessionRow.last_seen_at, at))
        self.connection.execute(update(WebSessionRow).where(*is_due).values(last_seen_at=at))

    @override
    def revoke(self, account_id: str, id_hash: str, *, at: datetime) -> bool:
        is_it = (WebSessionRow.account_id == account_id, WebSessionRow.id_hash == id_hash)
        return self._revoke(*is_it, at=at) == 1

    @override
    def revoke_all(self, account_id: str | None, *, at: datetime) -> int:
        if account_id is None:
            return self._revoke(at=at)
        return self._revoke(WebSessionRow.account_id == account_id, at=at)

    @override
    def count_held(self, *, at: datetime) -> int:
        return self.connection.execute(select(func.count()).where(_holds(at))).scalar_one()

    @override
    def delete_ended(self, before: datetime, limit: int) -> int:
        had_ended = or_(
            WebSessionRow.revoked_at <= before,
            WebSessionRow.last_seen_at <= before - SESSION_IDLE,
            WebSessionRow.created_at <= before - SESSION_LIFE,
        )
        oldest = select(WebSessionRow.id_hash).where(had_ended).order_by(WebSessionRow.created_at).limit(limit)
        return self.connection.execute(delete(WebSessionRow).where(WebSessionRow.id_hash.in_(oldest))).rowcount

    def _revoke(self, *conditions: ColumnElement[bool], at: datetime) -> int:
        statement = update(WebSessionRow).where(*conditions, _holds(at)).values(revoked_at=at)
        return self.connection.execute(statement).rowcount


def _holds(at: datetime) -> ColumnElement[bool]:
    """Return what holds of a session to be let in by, as `WebSession.holds` has it."""
    return and_(
        WebSessionRow.revoked_at.is_(None),
        WebSessionRow.last_seen_at > at - SESSION_IDLE,
        WebSessionRow.created_at > at - SESSION_LIFE,
    )

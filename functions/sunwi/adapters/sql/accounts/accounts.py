"""Accounts in SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.accounts.account_rows import ACCOUNT_COLUMNS, account_from_row, is_stale
from sunwi.adapters.sql.tables import AccountRow, AgencyRow, ClientRow
from sunwi.domain.account import Account
from sunwi.domain.account_list import AccountPage, AccountQuery, ListedAccount
from sunwi.domain.actor import Role
from sunwi.service.ports.accounts import Accounts


@dataclass(frozen=True, slots=True)
class SqlAccounts(Accounts):
    """Stored accounts."""

    connection: Connection

    @override
    def add(self, account: Account) -> bool:
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        values = {**asdict(account), "role": account.role.value}
        statement = dialect.insert(AccountRow).values(**values).on_conflict_do_nothing(index_elements=["email"])
        return self.connection.execute(statement).rowcount == 1

    @override
    def get(self, account_id: str) -> ListedAccount | None:
        return self._find(AccountRow.id == account_id)

    @override
    def of_email(self, email: str) -> ListedAccount | None:
        return self._find(AccountRow.email == email)

    @override
    def lock(self, account_id: str) -> Account | None:
        return next(iter(self._lock(AccountRow.id == account_id)), None)

    @override
    def lock_for_sign_in(self, *, sub: str, email: str) -> Account | None:
        is_unknown = and_(AccountRow.sub.is_(None), AccountRow.email == email)
        found = self._lock(or_(AccountRow.sub == sub, is_unknown))
        # Of two, the one that the provider knows already.
        return min(found, key=lambda account: account.sub is None, default=None)

    @override
    def lock_admins(self) -> Sequence[Account]:
        return self._lock(AccountRow.role == Role.ADMIN.value, AccountRow.disabled_at.is_(None))

    @override
    def set_sub(self, account_id: str, sub: str) -> bool:
        is_free = or_(AccountRow.sub.is_(None), AccountRow.sub == sub)
        return self._set(account_id, is_free, sub=sub) == 1

    @override
    def set_role(self, account_id: str, role: Role, *, agency_id: int | None, client_id: int | None) -> None:
        self._set(account_id, role=role.value, agency_id=agency_id, client_id=client_id)

    @override
    def set_disabled(self, account_id: str, at: datetime | None) -> None:
        self._set(account_id, disabled_at=at)

    @override
    def set_seen(self, account_id: str, *, at: datetime) -> None:
        self._set(account_id, is_stale(AccountRow.last_seen_at, at), last_seen_at=at)

    @override
    def page(self, query: AccountQuery) -> AccountPage:
        statement = _listed().order_by(AccountRow.id.desc()).limit(query.limit + 1)
        if query.role is not None:
            statement = statement.where(AccountRow.role == query.role.value)
        if query.text:
            statement = statement.where(AccountRow.email.contains(query.text.lower(), autoescape=True))
        if query.after is not None:
            statement = statement.where(AccountRow.id < query.after)
        found = [_listed_from_row(row) for row in self.connection.execute(statement)]
        shown = found[: query.limit]
        return AccountPage(shown, shown[-1].account.id if len(found) > query.limit else None)

    def _find(self, is_it: ColumnElement[bool]) -> ListedAccount | None:
        row = self.connection.execute(_listed().where(is_it)).one_or_none()
        return None if row is None else _listed_from_row(row)

    def _lock(self, *conditions: ColumnElement[bool]) -> Sequence[Account]:
        statement = select(*ACCOUNT_COLUMNS).where(*conditions).order_by(AccountRow.id).with_for_update()
        return [account_from_row(row) for row in self.connection.execute(statement)]

    def _set(self, account_id: str, *conditions: ColumnElement[bool], **values: object) -> int:
        statement = update(AccountRow).where(AccountRow.id == account_id, *conditions).values(**values)
        return self.connection.execute(statement).rowcount


def _listed() -> Select[Any]:
    """Select accounts with the names of their agencies and clients."""
    return (
        select(
            *ACCOUNT_COLUMNS,
            func.coalesce(AgencyRow.name, "").label("agency"),
            func.coalesce(ClientRow.name, "").label("client"),
        )
        .outerjoin(AgencyRow, AgencyRow.id == AccountRow.agency_id)
        .outerjoin(ClientRow, ClientRow.id == AccountRow.client_id)
    )


def _listed_from_row(row: Row[Any]) -> ListedAccount:
    return ListedAccount(account=account_from_row(row), agency=row.agency, client=row.client)

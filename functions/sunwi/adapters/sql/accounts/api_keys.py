"""Keys of programs in SQL."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from typing_extensions import override

from sunwi.adapters.sql.accounts.account_rows import ACCOUNT_COLUMNS, account_from_row, is_stale, rest_of_row
from sunwi.adapters.sql.tables import AccountRow, ApiKeyRow
from sunwi.domain.account import Account, ApiKey, Scope
from sunwi.domain.account_list import KeyPage, KeyQuery, ListedKey
from sunwi.service.ports.accounts import ApiKeys

_WITH_ACCOUNT = select(*ApiKeyRow.__table__.columns, *ACCOUNT_COLUMNS).join(
    AccountRow, AccountRow.id == ApiKeyRow.account_id
)


@dataclass(frozen=True, slots=True)
class SqlApiKeys(ApiKeys):
    """Stored keys."""

    connection: Connection

    @override
    def add(self, key: ApiKey) -> None:
        self.connection.execute(insert(ApiKeyRow).values(**{**asdict(key), "scope": key.scope.value}))

    @override
    def find(self, secret_hash: str) -> tuple[ApiKey, Account] | None:
        row = self.connection.execute(_WITH_ACCOUNT.where(ApiKeyRow.secret_hash == secret_hash)).one_or_none()
        return None if row is None else (_key_from_row(row), account_from_row(row))

    @override
    def get(self, key_id: str) -> ListedKey | None:
        row = self.connection.execute(_WITH_ACCOUNT.where(ApiKeyRow.id == key_id)).one_or_none()
        return None if row is None else _listed_from_row(row)

    @override
    def count_held(self, account_id: str, *, at: datetime) -> int:
        holds = (
            ApiKeyRow.account_id == account_id,
            ApiKeyRow.revoked_at.is_(None),
            or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > at),
        )
        return self.connection.execute(select(func.count()).where(*holds)).scalar_one()

    @override
    def page(self, query: KeyQuery) -> KeyPage:
        statement = _WITH_ACCOUNT.order_by(ApiKeyRow.id.desc()).limit(query.limit + 1)
        if query.account_id is not None:
            statement = statement.where(ApiKeyRow.account_id == query.account_id)
        if query.after is not None:
            statement = statement.where(ApiKeyRow.id < query.after)
        found = [_listed_from_row(row) for row in self.connection.execute(statement)]
        shown = found[: query.limit]
        return KeyPage(shown, shown[-1].key.id if len(found) > query.limit else None)

    @override
    def set_used(self, key_id: str, *, at: datetime) -> None:
        is_due = (ApiKeyRow.id == key_id, is_stale(ApiKeyRow.last_used_at, at))
        self.connection.execute(update(ApiKeyRow).where(*is_due).values(last_used_at=at))

    @override
    def revoke(self, key_id: str, *, at: datetime) -> bool:
        is_it = (ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
        return self.connection.execute(update(ApiKeyRow).where(*is_it).values(revoked_at=at)).rowcount == 1


def _key_from_row(row: Row[Any]) -> ApiKey:
    values = rest_of_row(row)
    return ApiKey(**{**values, "scope": Scope(values["scope"])})


def _listed_from_row(row: Row[Any]) -> ListedKey:
    return ListedKey(_key_from_row(row), account_from_row(row).email)

"""Accounts of two agencies, one client of each, and what is theirs."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from sunwi.adapters.sql.tables import AccountRow, AgencyRow, ClientRow
from sunwi.domain.account import Account
from sunwi.domain.actor import Role
from tests.unit.web.asking import ADMIN

_MADE = datetime(2026, 1, 1, tzinfo=UTC)

#: Stands in every row that belongs to agency 1 or its client, and in no other.
MARK = "비밀칠삼일"


def _account(number: int, role: Role, *, agency: int, client: int | None = None) -> Account:
    return Account(
        id=f"01990000-0000-7000-8000-0000000000{number:02}",
        email=f"{role.value}-{agency}@sunwi.test",
        role=role,
        agency_id=agency,
        client_id=client,
        created_at=_MADE,
    )


AGENCY, FOREIGN_AGENCY = _account(11, Role.AGENCY, agency=1), _account(12, Role.AGENCY, agency=2)
ADVERTISER = _account(21, Role.ADVERTISER, agency=1, client=1)
FOREIGN_ADVERTISER = _account(22, Role.ADVERTISER, agency=2, client=2)

ACCOUNTS = (ADMIN, AGENCY, FOREIGN_AGENCY, ADVERTISER, FOREIGN_ADVERTISER)


def add_people(connection: Connection) -> None:
    """Store agencies 1 and 2, their clients 1 and 2, and all accounts; what is of the first has `MARK` in its name."""
    for number, name in ((1, f"한빛 {MARK}"), (2, "새봄")):
        connection.execute(insert(AgencyRow).values(id=number, name=name, created_at=_MADE))
        shop = name.replace("한빛", "강남치과").replace("새봄", "서초식당")
        connection.execute(insert(ClientRow).values(id=number, agency_id=number, name=shop, created_at=_MADE))
    for account in ACCOUNTS:
        row = {
            "id": account.id,
            "email": account.email,
            "role": account.role.value,
            "agency_id": account.agency_id,
            "client_id": account.client_id,
            "created_at": account.created_at,
        }
        connection.execute(insert(AccountRow).values(**row))

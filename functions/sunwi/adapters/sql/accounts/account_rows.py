"""Accounts as rows, alone and beside what is theirs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, or_

from sunwi.adapters.sql.tables import AccountRow
from sunwi.domain.account import SEEN_EVERY, Account
from sunwi.domain.actor import Role

_PREFIX = "account__"

#: Of an account, under names that no column of another table has.
ACCOUNT_COLUMNS: Sequence[Label[Any]] = tuple(
    column.label(f"{_PREFIX}{column.name}") for column in AccountRow.__table__.columns
)


def account_from_row(row: Row[Any]) -> Account:
    """Read an account from a row with `ACCOUNT_COLUMNS`."""
    values = {name.removeprefix(_PREFIX): value for name, value in row._asdict().items() if name.startswith(_PREFIX)}
    return Account(**{**values, "role": Role(values["role"])})


def rest_of_row(row: Row[Any]) -> dict[str, Any]:
    """Return the values of a row that are not the account's, by their names."""
    return {name: value for name, value in row._asdict().items() if not name.startswith(_PREFIX)}


def is_stale(column: Any, at: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column
    """Return what holds of a row whose time of the last use is due to be stored."""
    return or_(column.is_(None), column <= at - SEEN_EVERY)

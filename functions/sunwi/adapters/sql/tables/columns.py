"""Column types and the base of all tables; the same on PostgreSQL and SQLite."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

#: SQLite only numbers an INTEGER PRIMARY KEY by itself.
BigId = BigInteger().with_variant(Integer, "sqlite")

#: A page that is quoted in an error may be megabytes long.
MAX_REASON_LENGTH = 2_000

#: A column called `date` hides the type of that name.
KstDate = date


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite, which has no zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC.

        Raises:
            ValueError: The instant is naive.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: pass an aware instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Reason(TypeDecorator[str]):
    """Why something failed, in whatever words came; cut, and without what PostgreSQL cannot hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store no NUL, no half of a surrogate pair, and `MAX_REASON_LENGTH` characters at most."""
        if value is None:
            return None
        text = value[:MAX_REASON_LENGTH].replace("\0", "")
        return text.encode(errors="replace").decode()


class Base(DeclarativeBase):
    """Naming convention for constraints, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the name and shape SQLAlchemy asks for
        str: String(255),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }

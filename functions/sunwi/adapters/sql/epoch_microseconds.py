"""Instants that both databases can reckon with."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_microseconds(at: datetime) -> int:
    """Return whole microseconds since 1970, as `EpochMicroseconds` stores an aware instant."""
    return (at - _EPOCH) // timedelta(microseconds=1)


class EpochMicroseconds(TypeDecorator[datetime]):
    """An aware UTC instant as a number, so that one statement adds to it on PostgreSQL and SQLite alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store whole microseconds since 1970."""
        return None if value is None else epoch_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return aware UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)

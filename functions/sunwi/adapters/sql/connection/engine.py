"""Engines for PostgreSQL (pg8000) and SQLite, and what their errors mean."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sunwi.adapters.sql.connection.postgres_connection import PostgresConnector, said_by, sqlstate
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from sunwi.adapters.sql.connection.read_only import only_reads
from sunwi.adapters.sql.connection.sqlite_engine import create_sqlite_engine
from sunwi.errors import ConfigurationError, InvalidInput, StoreConflict, StoreUnavailable

#: What passes by itself: connection and resource trouble, shutdown, a login refused while its password is
#: rotated, a server that only reads after a failover, a statement or an idle transaction that took too long, a
#: lock that was not to be had.
#: Source: PostgreSQL documentation, appendix "Error Codes".
_TRY_AGAIN_CODES = ("08", "53", "57P", "28", "25006", "57014", "25P03", "55P03")

#: A write in a transaction, or on a server, that only reads.
_READ_ONLY_CODE = "25006"

#: Serialization failure and deadlock: another transaction was in the way.
_CONFLICT_CODES = ("40001", "40P01")

#: What a person can do about some of them.
_ADVICE = {
    _READ_ONLY_CODE: "it takes no writes: a failover is under way, or its storage has run full",
    "53100": "its disk is full: enlarge it; nothing was written",
    "53300": "it takes no more connections: raise its limit, or lower CrawlerConcurrency",
}

#: Class "Data Exception": a value that the database cannot hold.
_BAD_VALUE_CODES = "22"


def create_store_engine(
    url: str,
    options: PostgresOptions | None = None,
    *,
    renew_url: Callable[[], str] | None = None,
    login_token: Callable[[URL], str] | None = None,
) -> Engine:
    """Build an engine; nothing is connected yet.

    Args:
        url: `sqlite:///path` or `postgresql://user:password@host/name`, with `?sslmode=` or without.
        options: How PostgreSQL is spoken to.
        renew_url: Reads the URL once more, where it can change; called when PostgreSQL refuses a login.
        login_token: Gives a password for one login, in place of the URL's.

    Raises:
        ConfigurationError: Not a URL of one of the two databases, or its TLS cannot be set up.
    """
    parsed = _parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_sqlite_engine(url)
    else:
        engine = _postgres_engine(PostgresConnector(parsed, options or PostgresOptions(), renew_url, login_token))
    event.listen(engine, "handle_error", _refuse_text)
    return engine


def _parse_url(text: str) -> URL:
    """Take a URL of one of the two databases apart; PostgreSQL's names a user."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ConfigurationError(
            "DATABASE_URL is not a database URL: use sqlite:///FILE or postgresql://…",
            code="database_url_unusable",
        ) from error
    backend = url.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise ConfigurationError(
            f"DATABASE_URL names {backend!r}: use sqlite or postgresql",
            code="database_unsupported",
            backend=backend,
        )
    if backend == "postgresql" and not url.username:
        raise ConfigurationError(
            "DATABASE_URL names no user: use postgresql://USER:PASSWORD@HOST/NAME",
            code="database_url_without_user",
        )
    return url


def _postgres_engine(connector: PostgresConnector) -> Engine:
    """Build a PostgreSQL engine, with one connection, and a second while a worker's heartbeat meets its work."""
    engine = create_engine(
        connector.url.set(drivername="postgresql+pg8000", query={}),
        pool_size=1,
        max_overflow=1,
        pool_recycle=300,
        pool_timeout=connector.options.statement_timeout_seconds,
        hide_parameters=True,
    )
    connector.attach(engine)
    event.listen(engine, "begin", _begin_on_postgresql)
    return engine


def _begin_on_postgresql(connection: Connection) -> None:
    if only_reads(connection):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def store_errors(*, only_reads: bool = False) -> Iterator[None]:
    """Turn the errors of SQLAlchemy and the drivers inside the block into what a caller does next.

    Args:
        only_reads: The block's transaction may not write, so that a write is our own mistake and stays itself; in any
            other, a server that only reads is one to wait for.

    Raises:
        StoreUnavailable: The database cannot be reached, or asks to try again.
        StoreConflict: Another transaction was in the way.
        InvalidInput: The database cannot hold a value.
    """
    try:
        yield
    except DBAPIError as error:
        if only_reads and sqlstate(error.orig) == _READ_ONLY_CODE:
            raise
        raise translate_error(error) from error
    except PoolTimeout as error:
        text = "every connection to the database is in use, and none came free in time"
        raise StoreUnavailable(text, code="database_connections_used_up", cause=text, sqlstate="") from error


def translate_error(error: DBAPIError) -> Exception:
    """Turn a driver's error into what a caller does next; a mistake in a statement stays itself."""
    code = sqlstate(error.orig)
    first = next(iter(said_by(error.orig).splitlines()), type(error.orig).__name__)[:300]
    if code.startswith(_CONFLICT_CODES):
        return StoreConflict(
            f"another transaction of the database was in the way, this one was taken back: {first}",
            code="database_conflict",
            cause=first,
            sqlstate=code,
        )
    if code.startswith(_BAD_VALUE_CODES):
        return InvalidInput(
            f"the database cannot hold a value ({first}): shorten it, or remove what cannot be seen",
            code="database_value_unusable",
            sqlstate=code,
        )
    if code in _ADVICE:
        return StoreUnavailable(
            f"the database cannot be used: {_ADVICE[code]} ({first})",
            code="database_unusable",
            cause=first,
            sqlstate=code,
        )
    if _passes(error, code, first):
        return StoreUnavailable(
            f"the database cannot be reached or asks to try again: {first}",
            code="database_unreachable",
            cause=first,
            sqlstate=code,
        )
    return error


def _passes(error: DBAPIError, code: str, first: str) -> bool:
    """Return whether an error is the database's, and not the statement's."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return any(word in first for word in ("locked", "unable to open", "disk"))
    return code.startswith(_TRY_AGAIN_CODES) or (isinstance(error, OperationalError) and not code)


def _refuse_text(context: ExceptionContext) -> None:
    """Name what neither database can hold: half of a surrogate pair, which is no character."""
    error = context.original_exception
    if isinstance(error, UnicodeEncodeError):
        half = f"U+{ord(error.object[error.start]):04X}"
        raise InvalidInput(
            f"the text {error.object[:100]!a} has {half}, which is no character: remove it",
            code="text_unstorable",
            text=error.object[:100],
            half=half,
        ) from error

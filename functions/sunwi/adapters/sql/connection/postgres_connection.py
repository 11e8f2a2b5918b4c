"""Connections to PostgreSQL: time limits, and a password that may change under a warm function."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pg8000
import structlog
from pg8000.converters import DATE
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError

from sunwi.adapters.sql.connection import postgres_socket
from sunwi.adapters.sql.connection.one_trip_connection import OneTripConnection
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions, open_socket, speaks_tls, tls_context
from sunwi.errors import ConfigurationError, StoreUnavailable

log = structlog.get_logger()

#: Longer than a full round of retries against SQS, which a dispatch makes within its transaction; a
#: function that was killed in the middle keeps its locks no longer.
IDLE_IN_TRANSACTION_SECONDS = 120

#: A server that only reads, as the old one does after a failover, and one that is ending: another one is asked next.
_ELSEWHERE_CODES = ("25006", "57P01", "57P02", "57P03")

#: Fields of an error that quote rows and parameters: DETAIL and CONTEXT.
#: Source: PostgreSQL documentation, "Error and Notice Message Fields".
_VALUE_FIELDS = ("D", "W")

#: What the server's own time limit is given to be heard of before the peer counts as dead.
_GRACE_SECONDS = 5.0


@dataclass(slots=True)
class PostgresConnector:
    """Opens connections by the URL as it stands, and reads the URL once more when a login is refused.

    Attributes:
        url: Of the server; its only query parameter is `sslmode`.
        renew_url: Gives the URL as it is now; None when it cannot change.
        login_token: Gives the password of one login; None when the URL has it.
    """

    url: URL
    options: PostgresOptions
    renew_url: Callable[[], str] | None = None
    login_token: Callable[[URL], str] | None = None
    _tls: ssl.SSLContext | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._tls = tls_context(self.options) if speaks_tls(self.url, self.options) else None
        if self.login_token is not None and self._tls is None:
            raise ConfigurationError(
                "DATABASE_IAM_LOGIN sends a token that anybody on the way could use: set DATABASE_TLS=on",
                code="iam_login_without_tls",
            )

    def attach(self, engine: Engine) -> None:
        """Make the connections of an engine, and look after them."""
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkout", self._check)
        event.listen(engine, "handle_error", _leave_out_rows)
        event.listen(engine, "handle_error", _judge)

    def _connect(self, _dialect: object, record: Any, _arguments: object, _named: object) -> object:  # noqa: ANN401 - SQLAlchemy's own record of a connection
        """Open a connection, and remember its socket."""
        try:
            connection, record.info["socket"] = self._open()
        except pg8000.Error as error:
            if self.renew_url is None or not sqlstate(error).startswith("28"):
                raise
            renewed = make_url(self.renew_url())
            if renewed == self.url:
                raise
        else:
            return connection
        log.info("database_secret_renewed")
        self.url = renewed
        connection, record.info["socket"] = self._open()
        return connection

    def _check(self, connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 - objects of the driver and of SQLAlchemy
        """Have a connection replaced that died while nobody used it.

        SQLAlchemy's own check misses what the driver lets through: errors of the socket itself.
        """
        sock = record.info["socket"]
        sock.settimeout(postgres_socket.CONNECT_SECONDS)
        try:
            connection.execute_simple("")
        except (OSError, pg8000.Error) as error:
            raise DisconnectionError from error
        sock.settimeout(self.options.statement_timeout_seconds + _GRACE_SECONDS)

    def _open(self) -> tuple[Any, socket.socket]:
        url = self.url
        place = f"{url.host or 'localhost'}:{url.port or 5432}"
        try:
            sock = open_socket(url, self._tls)
        except OSError as error:
            raise pg8000.InterfaceError(f"Can't create a connection to {place}: {error}") from error
        try:
            return self._log_in(sock), sock
        except OSError as error:
            sock.close()
            raise pg8000.InterfaceError(f"{place} does not answer: {error}") from error
        except BaseException as error:
            sock.close()
            said = said_by(error)
            if self._tls is None and ("no encryption" in said or "SSL off" in said):
                raise ConfigurationError(
                    f"the database {place} takes nothing but TLS: set DATABASE_TLS=on, and DATABASE_CA_BUNDLE when its "
                    "certificate authority is not one of the system's",
                    code="tls_required",
                    server=place,
                ) from error
            raise

    def _log_in(self, sock: socket.socket) -> object:
        url = self.url
        connection = OneTripConnection(
            url.username,
            password=self.login_token(url) if self.login_token else url.password or "",
            database=url.database,
            sock=sock,
            ssl_context=False,
            application_name="sunwi",
        )
        # The driver's own way of reading a date takes a hundred times as long, and there are 100,000 in a night.
        connection.register_in_adapter(DATE, date.fromisoformat)
        # Not as parameters of the login, which poolers refuse.
        connection.execute_simple(
            f"SET statement_timeout = '{self.options.statement_timeout_seconds}s'; "
            f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_SECONDS}s'"
        )
        return connection


def lift_time_limits(connection: Connection) -> None:
    """Let the statements of this transaction take as long as they need."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.info["socket"].settimeout(None)


def sqlstate(error: BaseException | None) -> str:
    """Return the five-character code of an error that the server sent; empty for any other."""
    return _fields(error).get("C", "")


def said_by(error: BaseException | None) -> str:
    """Return what the server, else the driver, says about an error."""
    return _fields(error).get("M", "") or str(error)


def _fields(error: BaseException | None) -> dict[str, str]:
    fields = error.args[0] if error is not None and error.args else None
    return fields if isinstance(fields, dict) else {}


def _leave_out_rows(context: ExceptionContext) -> None:
    """Take what the server quotes of rows and parameters out of an error, and out of SQLAlchemy's, which quotes it."""
    error, outer = context.original_exception, context.sqlalchemy_exception
    quoted = [_fields(error).pop(name, None) for name in _VALUE_FIELDS]
    if outer is not None and any(quoted):
        outer.args = (f"({type(error).__module__}.{type(error).__name__}) {error}",)


def _judge(context: ExceptionContext) -> None:
    """Drop a connection to a server that is none to write to, and one whose conversation broke off half way.

    The next answer on the latter could be another question's.
    """
    error = context.original_exception
    if not isinstance(error, pg8000.Error) or sqlstate(error) in _ELSEWHERE_CODES:
        context.is_disconnect = True
    if isinstance(error, OSError):
        raise StoreUnavailable(
            f"the database does not answer any more: {error}",
            code="database_stopped_answering",
        ) from error

"""Sockets to PostgreSQL: how long a step may take, and TLS."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass

from sqlalchemy import URL

from sunwi.errors import ConfigurationError

#: How long each step of connecting may take, and the answer of an idle connection.
CONNECT_SECONDS = 5.0

#: Length and code of the SSLRequest message. Source: PostgreSQL documentation, "Message Formats".
_TLS_REQUEST = bytes.fromhex("00000008 04d2162f")

_TLS_BY_SSLMODE = {"disable": False, "require": True, "verify-ca": True, "verify-full": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresOptions:
    """How a server is spoken to.

    Attributes:
        tls: Whether TLS is spoken, certificate and host name verified; None leaves it to the URL's
            sslmode, and without one to whether the server is on another machine.
        ca_bundle: File of the certificate authorities that are trusted, instead of the system's.
        statement_timeout_seconds: What the server gives one statement.
    """

    tls: bool | None = None
    ca_bundle: str | None = None
    statement_timeout_seconds: int = 20


def speaks_tls(url: URL, options: PostgresOptions) -> bool:
    """Return whether a server is spoken to by TLS.

    Raises:
        ConfigurationError: The URL asks for something unknown.
    """
    unknown = sorted(set(url.query) - {"sslmode"})
    if unknown:
        raise ConfigurationError(
            f"DATABASE_URL has the parameter {unknown[0]!r}: sslmode is the only one that is known",
            code="database_parameter_unknown",
            parameter=unknown[0],
        )
    mode = url.query.get("sslmode")
    if mode is not None and mode not in _TLS_BY_SSLMODE:
        raise ConfigurationError(
            f"DATABASE_URL has sslmode={mode}: use verify-full (the default) or disable",
            code="sslmode_unusable",
            mode=mode,
        )
    if options.tls is not None:
        return options.tls
    if mode is not None:
        return _TLS_BY_SSLMODE[str(mode)]
    return options.ca_bundle is not None or not _is_on_this_machine(url.host)


def tls_context(options: PostgresOptions) -> ssl.SSLContext:
    """Build what verifies a server's certificate and host name.

    Raises:
        ConfigurationError: The file of certificate authorities cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=options.ca_bundle)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"DATABASE_CA_BUNDLE names {options.ca_bundle}, which is no file of certificates ({error}): name a PEM "
            "file",
            code="ca_bundle_unusable",
            path=str(options.ca_bundle),
        ) from error
    # From Python 3.13 on the default refuses authorities without a key identifier, as many self-made ones are.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def open_socket(url: URL, tls: ssl.SSLContext | None) -> socket.socket:
    """Open a socket to a server, with TLS when there is a context for it.

    Raises:
        ConfigurationError: The server refuses TLS, or its certificate does not verify.
        OSError: The server cannot be reached.
    """
    host, port = url.host or "localhost", url.port or 5432
    sock = socket.create_connection((host, port), CONNECT_SECONDS)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return sock if tls is None else _begin_tls(sock, host, tls)
    except ssl.SSLCertVerificationError as error:
        raise ConfigurationError(
            f"the certificate of the database {host}:{port} does not verify ({error.verify_message}): set "
            "DATABASE_CA_BUNDLE to the file of its certificate authority, and use the host name that it certifies",
            code="certificate_unverified",
            host=host,
            port=port,
        ) from error
    except BaseException:
        sock.close()
        raise


def _begin_tls(sock: socket.socket, host: str, tls: ssl.SSLContext) -> ssl.SSLSocket:
    sock.sendall(_TLS_REQUEST)
    answer = sock.recv(1)
    if answer == b"N":
        raise ConfigurationError(
            f"the database {host} refuses TLS: turn it on in the server (DATABASE_CA_BUNDLE then names its "
            "certificate authority), or set DATABASE_TLS=off where you trust every machine on the way",
            code="tls_refused",
            host=host,
        )
    if answer != b"S":
        raise ConnectionError("the server broke off before TLS began")
    return tls.wrap_socket(sock, server_hostname=host)


def _is_on_this_machine(host: str | None) -> bool:
    if not host or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

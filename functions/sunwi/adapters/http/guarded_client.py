"""An HTTP client for addresses that people entered: it connects to what was checked, and to nothing else.

Source: docs/adr/0046-one-guard-for-addresses.md.
"""

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urljoin

from typing_extensions import override

from sunwi.adapters.http.checked_host import CheckedHost, Resolver, check_host, resolve_name
from sunwi.domain.typed_text import quote
from sunwi.domain.web_address import parse_web_address
from sunwi.errors import InvalidInput, Retryable

#: Statuses that send on to another address.
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READ_BYTES = 65_536

#: Opens a TCP connection to an IP address and a port within so many seconds.
Connector = Callable[[tuple[str, int], float], socket.socket]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered.

    Attributes:
        url: That was asked last.
        headers: By name in lower case; of repeated ones the last.
        body: Cut off behind `GuardedClient.max_bytes`.
        is_cut: Whether it was.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedClient:
    """Asks public servers by https, each on a connection of its own, without proxies, cookies or credentials.

    Attributes:
        seconds: For one request, from the connection to the end of the body; the resolver's own time comes on top.
        max_bytes: That are read of a body.
        allows_http: Ask by http, too.
        max_redirects: That are followed, each checked anew; 0 returns a redirect as it is.
        resolve: Finds the addresses behind a name.
        connect: Opens a connection to one of them.
        tls: Verifies the host's own name, whatever address is connected to.
    """

    seconds: float = 10
    max_bytes: int = 1_000_000
    allows_http: bool = False
    max_redirects: int = 0
    resolve: Resolver = resolve_name
    connect: Connector = socket.create_connection
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def request(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request, and follow as many redirects as are allowed.

        Args:
            method: As `GET` or `POST`; redirects of what may change something are never followed.
            url: As it was entered.
            body: Of the request.
            headers: Beside Host and Content-Length.

        Raises:
            InvalidInput: The address, or one that it sends on to, is refused, or redirects go on and on.
            Retryable: The server cannot be reached, or broke off, or took too long.
        """
        left = self.max_redirects
        follows = method in {"GET", "HEAD"} and self.max_redirects > 0
        while True:
            host = check_host(parse_web_address(url, allows_http=self.allows_http), self.resolve)
            answer = self._ask(method, host, body, headers or {})
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or target is None or not follows:
                return answer
            if not left:
                raise InvalidInput(
                    f"{quote(url)} sends on to yet another address, {quote(target)}",
                    code="address_sends_on",
                    url=url,
                )
            left, url = left - 1, urljoin(host.address.url, target)

    def _ask(self, method: str, host: CheckedHost, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        ends_at = time.monotonic() + self.seconds
        error: Exception | None = None
        for ip_address in host.ip_addresses:
            try:
                with closing(_PinnedConnection(self, host, ip_address, ends_at)) as connection:
                    connection.connect()
                    return self._exchange(connection, method, body, headers)
            except _NotConnectedError as refusal:  # nothing was sent: the next address may be asked
                error = refusal
            except (OSError, HTTPException) as broken:
                raise _unreachable(host, broken) from broken
        raise _unreachable(host, error or OSError("no address")) from error

    def _exchange(
        self, connection: "_PinnedConnection", method: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        address = connection.checked.address
        connection.request(method, address.target, body=body, headers={**headers, "Connection": "close"})
        connection.keep_time()
        response = connection.getresponse()
        data = bytearray()
        while len(data) <= self.max_bytes:
            connection.keep_time()
            piece = response.read1(_READ_BYTES)
            if not piece:
                break
            data += piece
        return Answer(
            url=address.url,
            status=response.status,
            headers={name.lower(): value for name, value in response.getheaders()},
            body=bytes(data[: self.max_bytes]),
            is_cut=len(data) > self.max_bytes,
        )


class _NotConnectedError(OSError):
    """No connection came about."""


class _PinnedConnection(HTTPConnection):
    """Connects to a checked IP address; the name stands in SNI, certificate and Host header alone."""

    def __init__(self, client: GuardedClient, checked: CheckedHost, ip_address: str, ends_at: float) -> None:
        super().__init__(checked.address.host, checked.address.port)
        self.default_port = checked.address.port  # so that the Host header has none
        self.checked = checked
        self._client = client
        self._ip_address = ip_address
        self._ends_at = ends_at
        #: Kept here, too: the base class lets go of it before the body is read.
        self._wire: socket.socket

    @override
    def connect(self) -> None:
        address = self.checked.address
        try:
            plain = self._client.connect((self._ip_address, address.port), self._left_seconds())
        except OSError as error:
            raise _NotConnectedError(str(error)) from error
        self._wire = plain
        self.keep_time()
        if address.scheme == "https":
            self._wire = self._client.tls.wrap_socket(plain, server_hostname=address.host)
            self.keep_time()
        self.sock = self._wire

    def keep_time(self) -> None:
        """Let the next step take no longer than what is left.

        Raises:
            TimeoutError: Nothing is.
        """
        self._wire.settimeout(self._left_seconds())

    def _left_seconds(self) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"it took longer than {self._client.seconds:g} s")
        return left


def _unreachable(host: CheckedHost, error: Exception) -> Retryable:
    return Retryable(
        f"{quote(host.address.url)} cannot be reached: {error}",
        code="address_unreachable",
        url=host.address.url,
    )

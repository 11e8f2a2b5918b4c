"""Requests that end at a stand-in on this machine, whatever host they are for; for the local stack alone."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

from sunwi.adapters.http.guarded_client import GuardedClient
from sunwi.domain.typed_text import quote
from sunwi.domain.web_address import is_public_address
from sunwi.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

#: What every name resolves to; nobody is asked there.
_NEVER_ASKED = "1.1.1.1"


def client_of_standin(address: str, *, seconds: float) -> GuardedClient:
    """Return a client whose connections all lead to one server, which speaks plain HTTP and gets the host's name.

    The addresses that are asked for are checked as ever.

    Args:
        address: `number:port`, of this machine or its network.
        seconds: For one request.

    Raises:
        ConfigurationError: It is public, or no number: nothing that belongs to a deployment may leave it that way.
    """
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or not _is_inner(host):
        raise ConfigurationError(
            f"HOOKS_STANDIN={quote(address)} is no address of this machine: it is for the local stack alone; unset it",
            code="hooks_standin_unusable",
            address=address,
        )
    return GuardedClient(
        seconds=seconds,
        resolve=lambda _host, _port: [_NEVER_ASKED],
        connect=lambda _address, left: socket.create_connection((host, int(port)), left),
        tls=cast("ssl.SSLContext", _InTheClear()),
    )


def _is_inner(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return not is_public_address(host)


@dataclass(frozen=True, slots=True)
class _InTheClear:
    """Leaves a connection as it is, in place of TLS."""

    def wrap_socket(self, plain: socket.socket, *, server_hostname: str) -> socket.socket:  # noqa: ARG002 - ssl's own
        return plain

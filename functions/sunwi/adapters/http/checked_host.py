"""The numbers behind a host name, all of them checked before the first is asked.

Source: docs/adr/0046-one-guard-for-addresses.md.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sunwi.domain.typed_text import quote
from sunwi.domain.web_address import WebAddress, is_public_address
from sunwi.errors import InvalidInput, Retryable

#: Looks a name and a port up, and returns every IP address behind them, the resolver's first choice first.
Resolver = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class CheckedHost:
    """A web address with the IP addresses that its host has now; whoever connects does so to one of these.

    Attributes:
        ip_addresses: All public, at least one.
    """

    address: WebAddress
    ip_addresses: tuple[str, ...]


def resolve_name(host: str, port: int) -> list[str]:
    """Ask the system's resolver for all A and AAAA records of a name.

    Raises:
        Retryable: It has none, or the resolver cannot be reached.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Retryable(
            f"the host {quote(host)} does not resolve: {error}",
            code="host_not_found_now",
            host=host,
        ) from error
    return [str(sockaddr[0]) for *_, sockaddr in found]


def check_host(address: WebAddress, resolve: Resolver = resolve_name) -> CheckedHost:
    """Resolve the host of a web address and require that every address behind it is public.

    Raises:
        InvalidInput: One of them is not: a name of which only some are is refused whole.
        Retryable: It has none, or the resolver cannot be reached.
    """
    found = list(dict.fromkeys(resolve(address.host, address.port)))
    if not found:
        raise Retryable(
            f"the host {quote(address.host)} has no address",
            code="host_not_found",
            host=address.host,
        )
    if inner := [each for each in found if not is_public_address(each)]:
        raise InvalidInput(
            f"the host {quote(address.host)} leads to {inner[0]}, which is no address of the public network",
            code="host_leads_inside",
            host=address.host,
            inner=inner[0],
        )
    return CheckedHost(address, tuple(found))

"""Which web addresses that people enter may be asked: names, and the numbers behind them, of the public network.

The one table of addresses: webhooks, pages that people name, and the hosts of every site are held to it.

Source: docs/adr/0046-one-guard-for-addresses.md; IANA's registries of special-purpose addresses, RFC 6890.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import InvalidInput

#: Longest address that is taken, in characters.
MAX_LENGTH = 2000
#: The only port of each scheme.
PORTS = {"https": 443, "http": 80}

#: What the public network does not route, or what is somebody's own: metadata (169.254.169.254), the addresses of a
#: function's runtime (127/8, 169.254/16) and of its network are among them.
_NOT_PUBLIC_V4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
#: The only public part of IPv6: mapped IPv4, NAT64, fd00:ec2::254, link-local and loopback lie outside of it.
_PUBLIC_V6 = IPv6Network("2000::/3")
#: Within it: protocol assignments with Teredo, documentation, 6to4, documentation.
_NOT_PUBLIC_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

#: Ends of names that no public resolver answers for, or that stand for this machine or network.
_NOT_PUBLIC_ENDS = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "test",
    "invalid",
    "example",
    "onion",
    "alt",
)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
#: What a resolver may take for an IPv4 address in decimal, octal or hexadecimal: a last label that begins so.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_NAME_LENGTH = 253


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address that was entered, in one canonical form.

    Attributes:
        scheme: `https`, or `http` where that is allowed.
        host: A name in lower case and ASCII, without a last dot; never a number.
        target: Path and query, as a request line has them.
    """

    scheme: str
    host: str
    target: str

    @property
    def port(self) -> int:
        """The scheme's own port."""
        return PORTS[self.scheme]

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.host}{self.target}"


def parse_web_address(text: str, *, allows_http: bool = False) -> WebAddress:
    """Read an address that a person entered, or a server sent on to; whoever opens it checks where its host leads.

    Args:
        text: As it came.
        allows_http: Take http on port 80, too.

    Raises:
        InvalidInput: It is not https (or http), has another port or a user, or its host is no public name.
    """
    typed = text.strip()
    parts = _split(typed)
    _require_usual_parts(typed, parts, schemes=("https", "http") if allows_http else ("https",))
    try:
        host = check_host_name(parts.hostname or "")
    except InvalidInput as error:
        raise InvalidInput(
            f"the address {quote(typed)} is refused: {error}",
            code="address_of_refused_host",
            typed=typed,
            problem=error,
        ) from error
    path, query = _ascii(parts.path or "/"), _ascii(parts.query)
    return WebAddress(parts.scheme.lower(), host, f"{path}?{query}" if query else path)


def _require_usual_parts(typed: str, parts: SplitResult, *, schemes: Sequence[str]) -> None:
    """Require one of the schemes, its own port and no user."""
    if parts.scheme.lower() not in schemes:
        raise InvalidInput(
            f"the address {quote(typed)} is refused: write an address that begins with {schemes[0]}://",
            code="address_of_other_scheme",
            typed=typed,
            scheme=schemes[0],
        )
    scheme = parts.scheme.lower()
    if "@" in parts.netloc:
        raise InvalidInput(
            f"the address {quote(typed)} is refused: leave user and password out",
            code="address_names_user",
            typed=typed,
        )
    if parts.port not in {None, PORTS[scheme]}:
        raise InvalidInput(
            f"the address {quote(typed)} is refused: only port {PORTS[scheme]} is asked",
            code="address_of_other_port",
            typed=typed,
            port=PORTS[scheme],
        )


def check_host_name(host: str) -> str:
    """Require a name that the public network knows, and return its canonical form: ASCII, lower case, no last dot.

    Raises:
        InvalidInput: It is a number in any notation, a name of this machine or network, or no name at all.
    """
    name = _ascii_name(host).removesuffix(".")
    labels = name.split(".")
    if ":" in name or _NUMBER.fullmatch(labels[-1]):
        raise InvalidInput(
            f"the host {quote(host)} is a number: write the server's name",
            code="host_is_number",
            host=host,
        )
    is_name = len(name) <= _MAX_NAME_LENGTH and all(map(_LABEL.fullmatch, labels))
    if not is_name or len(labels) == 1 or any(name == end or name.endswith(f".{end}") for end in _NOT_PUBLIC_ENDS):
        raise InvalidInput(
            f"the host {quote(host)} is no name of the public network: write one like www.naver.com",
            code="host_not_public",
            host=host,
        )
    return name


def is_public_address(address: str | IPv4Address | IPv6Address) -> bool:
    """Return whether an IP address is routed on the public network, and none that only wraps or tunnels to another.

    Args:
        address: In the notation that resolvers and sockets return; anything else is not public.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_V4)
    if found.scope_id is not None or found not in _PUBLIC_V6:
        return False
    return not any(found in network for network in _NOT_PUBLIC_V6)


def _split(typed: str) -> SplitResult:
    """Split an address; what parsers of addresses read differently is refused instead of read in one way."""
    is_malformed = len(typed) > MAX_LENGTH or "\\" in typed or any(character.isspace() for character in typed)
    if not typed or is_malformed or find_invisible_character(typed):
        raise InvalidInput(
            f"the address {quote(typed[:80])} is refused: it is no address of a page",
            code="address_unreadable",
            typed=typed[:80],
        )
    try:
        parts = urlsplit(typed)
        _ = parts.port
    except ValueError as error:
        raise InvalidInput(
            f"the address {quote(typed)} is refused: it is no address of a page ({error})",
            code="address_malformed",
            typed=typed,
        ) from error
    return parts


def _ascii_name(host: str) -> str:
    """Write a name as DNS has it (IDNA); full-width digits and dots become plain ones first, as resolvers read them."""
    plain = unicodedata.normalize("NFKC", host).lower().replace("。", ".")
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return plain


def _ascii(text: str) -> str:
    """Escape what a request line cannot carry."""
    return "".join(
        character if character.isascii() else "".join(f"%{byte:02X}" for byte in character.encode(errors="replace"))
        for character in text
    )

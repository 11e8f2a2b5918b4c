"""An identity provider in memory."""

from dataclasses import dataclass, field

from typing_extensions import override

from sunwi.domain.sign_in import Departure
from sunwi.errors import SunwiError
from sunwi.service.ports.doors.identity_provider import Identity, IdentityProvider


@dataclass
class InMemoryIdentityProvider(IdentityProvider):
    """Knows one person.

    Attributes:
        identity: Who every code is of.
        fault: Raised in place of that.
        asked: Codes, in order.
    """

    identity: Identity = field(default_factory=lambda: Identity(sub="sub-1", email="admin@sunwi.test"))
    fault: SunwiError | None = None
    asked: list[str] = field(default_factory=list)

    @override
    def sign_in_address(self, departure: Departure) -> str:
        return f"https://provider.invalid/authorize?state={departure.state}"

    @override
    def sign_out_address(self) -> str:
        return "https://provider.invalid/logout"

    @override
    def identify(self, code: str, departure: Departure) -> Identity:
        self.asked.append(code)
        if self.fault is not None:
            raise self.fault
        return self.identity

"""Who says who somebody is, as a Protocol."""

from dataclasses import dataclass
from typing import Protocol

from sunwi.domain.sign_in import Departure


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is, by the word of the provider.

    Attributes:
        sub: What the provider calls them; never another one's.
        email: In lower case, verified by the provider.
    """

    sub: str
    email: str


class IdentityProvider(Protocol):
    """Has people sign in at its own pages."""

    def sign_in_address(self, departure: Departure) -> str:
        """Return the address of the pages at which a sign-in goes on."""
        ...

    def sign_out_address(self) -> str:
        """Return the address that ends what somebody is signed in to there, and leads back to a page of ours."""
        ...

    def identify(self, code: str, departure: Departure) -> Identity:
        """Exchange a code, which works once, for who somebody is.

        Raises:
            Forbidden: The code is none, or was used (`sign_in_code_refused`); or what came for it is not for us, not
                of this sign-in, or not signed by the provider (`sign_in_token_refused`).
            Retryable: The provider cannot be reached.
            ConfigurationError: It does not know us.
        """
        ...

"""Let people in who have shown the identity provider who they are.

Source: docs/adr/0065-sign-in-by-a-code.md; OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700, 4.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Protocol

import structlog

from sunwi.domain.account import Account
from sunwi.domain.sign_in import Departure, depart
from sunwi.errors import Forbidden
from sunwi.service.ports.doors.identity_provider import IdentityProvider

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What somebody signs in with: how it names itself, and where it is."""

    name: str
    address: str


class Opened(Protocol):
    """A session that was opened."""

    @property
    def session_id(self) -> str:
        """For the browser's cookie, this once."""
        ...

    @property
    def account(self) -> Account:
        """Whose it is."""
        ...


class SessionOpener(Protocol):
    """Opens sessions of accounts."""

    def open(self, *, sub: str, email: str, browser: str = "", address: str = "") -> Opened:
        """Open a session for somebody whom the identity provider has just let in.

        Raises:
            Forbidden: Nobody has invited them (`account_not_invited`), or their account is disabled
                (`account_disabled`).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What came back from the provider's pages.

    Attributes:
        departure: As the browser's cookie has it; None without one.
        state, code: As they came; empty when they did not.
        error: The provider's own word; empty without one.
    """

    departure: Departure | None
    state: str = ""
    code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who is in.

    Attributes:
        session_id: For the browser's cookie alone.
        return_to: Path of ours to go on to.
    """

    session_id: str
    account: Account
    return_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Signs people in by the code flow with PKCE.

    Attributes:
        new_secret: Returns a text of 43 letters or more that nobody can guess.
    """

    provider: IdentityProvider
    sessions: SessionOpener
    new_secret: Callable[[], str]

    def begin(self, return_to: str, *, at: datetime) -> tuple[Departure, str]:
        """Return what the browser is to keep, and where it is to go."""
        departure = depart(return_to, new_secret=self.new_secret, at=at)
        return departure, self.provider.sign_in_address(departure)

    def finish(self, back: Return, browser: Browser, *, at: datetime) -> SignedIn:
        """Let somebody in who has come back.

        Raises:
            Forbidden: They come too late (`sign_in_expired`), from a sign-in that this browser did not begin
                (`sign_in_not_ours`), without having signed in (`sign_in_refused`), with a code or a token that is no
                good, or without an account that is in use.
            Retryable: The provider or the database cannot be reached.
        """
        departure = back.departure
        if departure is None or not departure.holds(at):
            raise Forbidden("the sign-in took too long, or was finished before", code="sign_in_expired")
        if not compare_digest(departure.state.encode(), back.state.encode()):
            raise Forbidden("the sign-in was begun in another browser or another window", code="sign_in_not_ours")
        if back.error or not back.code:
            log.warning("sign_in_refused", error=back.error[:50])
            raise Forbidden("the provider let nobody sign in", code="sign_in_refused")
        identity = self.provider.identify(back.code, departure)
        opened = self.sessions.open(
            sub=identity.sub, email=identity.email, browser=browser.name, address=browser.address
        )
        return SignedIn(session_id=opened.session_id, account=opened.account, return_to=departure.return_to)

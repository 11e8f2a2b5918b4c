"""A sign-in on its way: what a browser keeps between our page and the identity provider's."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: How long somebody may take at the provider's pages.
SIGN_IN_LIFE = timedelta(minutes=10)

#: Where people are led who asked for nothing in particular.
HOME = "/"
#: Longest path that is returned to.
_MOST_LETTERS = 500
#: One slash and no second one, nor a backslash, which browsers take for one; nothing that ends a header's line.
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A sign-in that has begun, as the browser's cookie keeps it.

    Attributes:
        state: Comes back from the provider: this browser has asked for it.
        nonce: Comes back in the identity's token: it is of this very sign-in.
        verifier: Whoever has it, and nobody else, gets something for the code (PKCE).
        return_to: Path of ours to go on to.
        began_at: Aware UTC.
    """

    state: str
    nonce: str
    verifier: str
    return_to: str
    began_at: datetime

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier.

        Source: RFC 7636, 4.2 (S256).
        """
        return _unpadded(hashlib.sha256(self.verifier.encode()).digest())

    def holds(self, at: datetime) -> bool:
        """Return whether somebody may still come back to it."""
        return self.began_at <= at < self.began_at + SIGN_IN_LIFE

    def as_text(self) -> str:
        """Return it as the value of a cookie."""
        parts = [self.state, self.nonce, self.verifier, self.return_to, int(self.began_at.timestamp())]
        return _unpadded(json.dumps(parts, separators=(",", ":")).encode())


def depart(return_to: str, *, new_secret: Callable[[], str], at: datetime) -> Departure:
    """Begin a sign-in.

    Args:
        return_to: Where somebody was; what is no path of ours becomes the first page.
        new_secret: Returns a text of 43 letters or more that nobody can guess.
        at: Aware UTC.
    """
    return Departure(
        state=new_secret(),
        nonce=new_secret(),
        verifier=new_secret(),
        return_to=own_path(return_to),
        began_at=at,
    )


def read_departure(text: str) -> Departure | None:
    """Read the value of a cookie; None of what is none of ours."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        state, nonce, verifier, return_to, began_at = json.loads(base64.urlsafe_b64decode(padded))
        at = datetime.fromtimestamp(int(began_at), UTC)
    except (ValueError, TypeError, OverflowError, OSError, RecursionError):
        return None
    if not all(isinstance(each, str) and each for each in (state, nonce, verifier, return_to)):
        return None
    return Departure(state=state, nonce=nonce, verifier=verifier, return_to=own_path(return_to), began_at=at)


def own_path(text: str) -> str:
    """Return a path of ours as it is, and the first page for everything else, another site's address for instance."""
    return text if len(text) <= _MOST_LETTERS and _OWN_PATH.fullmatch(text) else HOME


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

"""Let in whoever has a session or a key that holds: one statement, and none for who is asked to slow down.

Source: ADR 62.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from typing_extensions import override

from sunwi.domain.access_failure import AccessKind
from sunwi.domain.account import KEY_PREFIX, Account, ApiKey, WebSession
from sunwi.errors import Forbidden
from sunwi.web.app import Guard
from sunwi.web.caller import Caller
from sunwi.web.protection.csrf import check_csrf
from sunwi.web.protection.rates import OF_ACCOUNT, OF_ADDRESS, Rates
from sunwi.web.route import Route

#: Holds the id of a browser's session; `__Host-` has browsers keep it to this host, its root and TLS.
SESSION_COOKIE = "__Host-sunwi"
_BEARER = "bearer "
#: A key or an id is some forty characters; what is longer is none, and not worth a hash.
_MOST_LETTERS = 200


class Entrance(Protocol):
    """Knows who holds a session or a key."""

    def of_session(self, id_hash: str, *, at: datetime) -> tuple[WebSession, Account] | None:
        """Return a session that holds and its account, which may be disabled."""
        ...

    def of_key(self, secret_hash: str, *, at: datetime) -> tuple[ApiKey, Account] | None:
        """Return a key that holds and its account, which may be disabled."""
        ...


class Failures(Protocol):
    """Counts those who may not come in."""

    def count(self, kind: AccessKind, source: str, *, at: datetime) -> None:
        """Count one more, and raise when there are too many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGuard(Guard):
    """Lets in by session cookie and by key.

    Attributes:
        entrance: Returns who knows them, when one is asked for.
        failures: Returns who counts what is no key.
        public_address: Where browsers reach the pages; None: at the host that they asked.
    """

    entrance: Callable[[], Entrance]
    failures: Callable[[], Failures]
    public_address: Callable[[], str | None]
    of_address: Rates = field(default_factory=lambda: Rates(rate=OF_ADDRESS))
    of_account: Rates = field(default_factory=lambda: Rates(rate=OF_ACCOUNT))

    @override
    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: datetime) -> Caller | None:
        """Return who a request is from; None of nobody that is known, on a route for everybody.

        Raises:
            Forbidden: Nobody that may come in (`signed_out`), or a browser sent it for another site.
            Retryable: Too many requests or failures.
            StoreUnavailable: The database cannot be reached.
        """
        address = event.request_context.http.source_ip
        self.of_address.take(address)
        headers = {name.lower(): value for name, value in event.headers.items()}
        key, session_id = _bearer(headers), _session_id(event.cookies)
        if session_id is not None or (key is None and route.action is None):
            public = self.public_address() or f"https://{event.request_context.domain_name}"
            check_csrf(event.http_method, headers, public_address=public)
        caller: Caller | None = None
        if key is not None:
            caller = self._of_key(key, address, at)
        elif session_id is not None:
            caller = self._of_session(session_id, at)
        if caller is None:
            if route.action is None:
                return None
            raise _signed_out()
        self.of_account.take(caller.account.id)
        return caller

    def _of_key(self, key: str, address: str, at: datetime) -> Caller:
        found = None
        if key.startswith(KEY_PREFIX) and len(key) <= _MOST_LETTERS:
            found = self.entrance().of_key(_hash(key), at=at)
        if found is None or not found[0].holds(at) or found[1].disabled_at is not None:
            self.failures().count(AccessKind.KEY, address, at=at)
            raise _signed_out()
        return Caller(account=found[1], scope=found[0].scope, key_id=found[0].id)

    def _of_session(self, session_id: str, at: datetime) -> Caller | None:
        found = self.entrance().of_session(_hash(session_id), at=at)
        if found is None or not found[0].holds(at) or found[1].disabled_at is not None:
            return None
        return Caller(account=found[1], session_hash=found[0].id_hash)


def _bearer(headers: Mapping[str, str]) -> str | None:
    """Return the key of an Authorization header; one of another scheme is one that no key has."""
    authorization = headers.get("authorization")
    if authorization is None:
        return None
    return authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else ""


def _session_id(cookies: list[str]) -> str | None:
    for cookie in cookies:
        name, _, value = cookie.partition("=")
        if name.strip() == SESSION_COOKIE and 0 < len(value) <= _MOST_LETTERS:
            return value.strip()
    return None


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


def _signed_out() -> Forbidden:
    return Forbidden("nobody has signed in: sign in, or send a key that holds", code="signed_out")
